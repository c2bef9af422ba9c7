#include "console.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "match.h"
#include "mem.h"

enum {
	MAX_LINE = 4096,
	BEFORE = 20, /* lines of context before what matters, and after it */
	AFTER = 20,
};

/* What every guest is watched for. */
static const struct {
	enum vt_rule kind;
	const char *id, *ere;
} common[] = {
	{VT_MARK_KERNEL, "kernel", "Linux version [0-9]"},
	{VT_MARK_INIT, "init", "systemd\\[1\\]: |INIT: version "},
	{VT_MARK_CLOUD_INIT, "cloud-init", "cloud-init\\[[0-9]+\\]: "},
	{VT_MARK_INSTALLER_START, "installer-start",
		"curtin: Installation started|vt-pack: .*: start"},
	{VT_MARK_INSTALLER_END, "installer-end",
		"vt-pack: .*: exit status [0-9]|"
		"curtin: Installation (finished|failed)"},
	{VT_RULE_PANIC, "kernel-panic", "Kernel panic - not syncing"},
};

struct rule {
	enum vt_rule kind;
	char *id;
};

struct vt_console {
	struct vt_match *match;
	struct rule *rules; /* by index in match */
	size_t n_rules, cap_rules;
	struct vt_hit hits[VT_RULES];

	int log_fd;
	bool owns_fd;
	int write_error;
	uint64_t bytes, limit;

	char raw[MAX_LINE + 1]; /* the line that is not complete yet */
	size_t raw_len;
	struct vt_str clean; /* the last line, printable */

	char *ring[BEFORE]; /* last lines; ring[n_lines % BEFORE] is oldest */
	uint64_t n_lines;
	struct vt_strv context; /* around the first failure or panic */
	bool in_context;
	unsigned after;
};

struct vt_console *vt_console_new(void)
{
	struct vt_console *c = vt_alloc(sizeof(*c));
	c->match = vt_match_new();
	c->log_fd = -1;
	c->limit = 64u << 20;
	for (size_t i = 0; i < VT_COUNT(common); i++)
		vt_console_rule(
			c, common[i].kind, common[i].id, common[i].ere, NULL);
	return c;
}

void vt_console_free(struct vt_console *c)
{
	if (!c)
		return;
	if (c->owns_fd)
		vt_closep(&c->log_fd);
	vt_match_free(c->match);
	for (size_t i = 0; i < c->n_rules; i++)
		free(c->rules[i].id);
	free(c->rules);
	for (size_t i = 0; i < VT_RULES; i++)
		free(c->hits[i].line);
	for (size_t i = 0; i < BEFORE; i++)
		free(c->ring[i]);
	vt_str_free(&c->clean);
	vt_strv_free(&c->context);
	free(c);
}

void vt_console_freep(struct vt_console **c)
{
	vt_console_free(*c);
}

int vt_console_rule(struct vt_console *c, enum vt_rule kind, const char *id,
	const char *ere, struct vt_err **err)
{
	if (vt_match_add(c->match, ere, err) < 0)
		return -1;
	if (c->n_rules == c->cap_rules) {
		c->cap_rules = c->cap_rules ? 2 * c->cap_rules : 16;
		c->rules =
			vt_realloc(c->rules, c->cap_rules, sizeof(*c->rules));
	}
	c->rules[c->n_rules++] = (struct rule){kind, vt_strdup(id)};
	return 0;
}

int vt_console_log(struct vt_console *c, const char *path, struct vt_err **err)
{
	c->owns_fd = strcmp(path, "-") != 0;
	c->log_fd = c->owns_fd ? open(path,
					 O_WRONLY | O_CREAT | O_TRUNC |
						 O_CLOEXEC | O_NOCTTY,
					 0644)
			       : STDOUT_FILENO;
	if (c->log_fd < 0)
		return vt_err_errno(err, "cannot write serial log '%s'", path);
	return 0;
}

void vt_console_limit(struct vt_console *c, uint64_t bytes)
{
	c->limit = bytes;
}

/* To the log; what cannot be written is given up at once. */
static void keep(struct vt_console *c, const char *p, size_t len)
{
	while (len && c->log_fd >= 0 && !c->write_error) {
		ssize_t n = write(c->log_fd, p, len);
		if (n < 0 && errno != EINTR)
			c->write_error = errno;
		if (n > 0) {
			p += n;
			len -= (size_t)n;
		}
	}
}

static void log_bytes(struct vt_console *c, const char *p, size_t len)
{
	uint64_t before = c->bytes;
	c->bytes += len;
	if (before >= c->limit)
		return;
	uint64_t room = c->limit - before;
	keep(c, p, len < room ? len : (size_t)room);
	if (c->bytes <= c->limit)
		return;
	VT_AUTO_FREE char *cut =
		vt_printf("\nvt: serial log cut here, after %llu bytes\n",
			(unsigned long long)c->limit);
	keep(c, cut, strlen(cut));
}

static void remember(struct vt_console *c, const char *line)
{
	if (c->in_context && c->after < AFTER) {
		vt_strv_add(&c->context, line);
		c->after++;
	}
	char **slot = &c->ring[c->n_lines++ % BEFORE];
	free(*slot);
	*slot = vt_strdup(line);
}

static void last_lines(const struct vt_console *c, struct vt_strv *lines)
{
	uint64_t n = c->n_lines < BEFORE ? c->n_lines : BEFORE;
	for (uint64_t i = c->n_lines - n; i < c->n_lines; i++)
		vt_strv_add(lines, c->ring[i % BEFORE]);
}

/* The text of a line as it may be shown: itself, nearly always. */
static const char *printable(struct vt_console *c, const char *s, size_t *len)
{
	size_t i = 0;
	while (i < *len && ((s[i] >= 0x20 && s[i] < 0x7f) || s[i] == '\t'))
		i++;
	if (i == *len)
		return s;
	c->clean.len = 0;
	vt_str_printable(&c->clean, s, *len, false);
	*len = c->clean.len;
	return vt_str_c(&c->clean);
}

/* One line: raw[0..raw_len). */
static unsigned take_line(struct vt_console *c, uint64_t at_ms)
{
	size_t len = c->raw_len;
	unsigned fired = 0;
	c->raw[len] = '\0';
	c->raw_len = 0;
	const char *line = printable(c, c->raw, &len);
	if (!len)
		return 0;
	remember(c, line);
	for (int i = 0; (i = vt_match_line(c->match, line, len, i)) >= 0; i++) {
		enum vt_rule kind = c->rules[i].kind;
		struct vt_hit *hit = &c->hits[kind];
		if (hit->id)
			continue;
		*hit = (struct vt_hit){c->rules[i].id, vt_strdup(line), at_ms};
		fired |= 1u << kind;
		if (kind >= VT_RULE_FAILURE && !c->in_context) {
			c->in_context = true;
			last_lines(c, &c->context);
		}
	}
	return fired;
}

unsigned vt_console_feed(
	struct vt_console *c, const void *data, size_t len, uint64_t at_ms)
{
	const char *p = data, *end = p + len;
	unsigned fired = 0;
	log_bytes(c, p, len);
	while (p < end) {
		size_t room = MAX_LINE - c->raw_len;
		size_t n = (size_t)(end - p) < room ? (size_t)(end - p) : room;
		const char *nl = memchr(p, '\n', n);
		if (nl)
			n = (size_t)(nl - p);
		const char *cr = memchr(p, '\r', n);
		if (cr)
			n = (size_t)(cr - p);
		memcpy(c->raw + c->raw_len, p, n);
		c->raw_len += n;
		p += n;
		if (nl || cr)
			p++;
		if (nl || cr || c->raw_len == MAX_LINE)
			fired |= take_line(c, at_ms);
	}
	return fired;
}

unsigned vt_console_end(struct vt_console *c, uint64_t at_ms)
{
	return take_line(c, at_ms);
}

int vt_console_write_error(const struct vt_console *c)
{
	return c->write_error;
}

const struct vt_hit *vt_console_hit(
	const struct vt_console *c, enum vt_rule kind)
{
	return &c->hits[kind];
}

uint64_t vt_console_bytes(const struct vt_console *c)
{
	return c->bytes;
}

const char *vt_console_last(const struct vt_console *c)
{
	const char *line =
		c->n_lines ? c->ring[(c->n_lines - 1) % BEFORE] : NULL;
	return line ? line : "";
}

void vt_console_context(const struct vt_console *c, struct vt_strv *lines)
{
	if (!c->in_context) {
		last_lines(c, lines);
		return;
	}
	for (size_t i = 0; i < c->context.n; i++)
		vt_strv_add(lines, c->context.v[i]);
}
