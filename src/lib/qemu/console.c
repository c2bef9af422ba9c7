#include "qemu/console.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "data/match.h"
#include "qemu/lines.h"

enum {
	BEFORE = 20, /* lines of context before what matters, and after it */
	AFTER = 20,
};

/* When a guest came how far, and what its host has done to it. A kernel that
 * boots `quiet` does not give its version: then GRUB's or the EFI stub's word
 * about it counts, that of the initramfs's udev, or at the latest that of the
 * init it has started. */
static const struct {
	enum vt_rule kind;
	const char *id, *ere;
} common[] = {
	{VT_MARK_KERNEL, "kernel",
		"Linux version [0-9]|Loading Linux [0-9]|EFI stub: |"
		"Starting version [0-9]|Starting systemd-udevd|"
		"systemd\\[1\\]: |INIT: version "},
	{VT_MARK_INIT, "init", "systemd\\[1\\]: |INIT: version "},
	{VT_MARK_CLOUD_INIT, "cloud-init", "cloud-init\\[[0-9]+\\]: "},
	{VT_MARK_INSTALLER_START, "installer-start",
		"curtin: Installation started|vt-pack: .*: start$"},
	{VT_MARK_INSTALLER_END, "installer-end",
		"vt-pack: .*: exit status [0-9]|"
		"curtin: Installation (finished|failed)"},
	{VT_RULE_NO_TICKS, "no-ticks",
		"rcu: .* kthread timer wakeup didn't happen for "},
};

struct rule {
	enum vt_rule kind;
	char *id;
	const char *why;
};

struct vt_console {
	struct vt_match *match;
	struct rule *rules; /* by index in match */
	size_t n_rules, cap_rules;
	struct vt_hit hits[VT_RULES];

	int log_fd;
	bool owns_fd, echo;
	int write_error;
	uint64_t bytes, limit;

	char *teller; /* the name before lines on stderr, or NULL */
	struct vt_lines *lines;
	uint64_t at_ms; /* of what is being fed */
	unsigned fired; /* by it */

	char *ring[BEFORE]; /* last lines; ring[n_lines % BEFORE] is oldest */
	uint64_t n_lines;
	struct vt_strv context; /* around the first line that matters */
	bool in_context;
	unsigned after;
};

static void take_line(
	void *data, enum vt_line kind, const char *line, size_t len);

struct vt_console *vt_console_new(void)
{
	struct vt_console *c = vt_alloc(sizeof(*c));
	c->match = vt_match_new();
	c->lines = vt_lines_new(take_line, c);
	c->log_fd = -1;
	c->limit = 64u << 20;
	for (size_t i = 0; i < VT_COUNT(common); i++)
		vt_console_rule(c, common[i].kind, common[i].id, common[i].ere,
			NULL, NULL);
	return c;
}

void vt_console_free(struct vt_console *c)
{
	if (!c)
		return;
	if (c->owns_fd)
		vt_closep(&c->log_fd);
	vt_match_free(c->match);
	vt_lines_free(c->lines);
	for (size_t i = 0; i < c->n_rules; i++)
		free(c->rules[i].id);
	free(c->rules);
	for (size_t i = 0; i < VT_RULES; i++)
		free(c->hits[i].line);
	for (size_t i = 0; i < BEFORE; i++)
		free(c->ring[i]);
	vt_strv_free(&c->context);
	free(c->teller);
	free(c);
}

void vt_console_freep(struct vt_console **c)
{
	vt_console_free(*c);
}

int vt_console_rule(struct vt_console *c, enum vt_rule kind, const char *id,
	const char *ere, const char *why, struct vt_err **err)
{
	if (vt_match_add(c->match, ere, err) < 0)
		return -1;
	if (c->n_rules == c->cap_rules) {
		c->cap_rules = c->cap_rules ? 2 * c->cap_rules : 64;
		c->rules =
			vt_realloc(c->rules, c->cap_rules, sizeof(*c->rules));
	}
	c->rules[c->n_rules++] = (struct rule){kind, vt_strdup(id), why};
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

void vt_console_echo(struct vt_console *c)
{
	c->echo = c->log_fd != STDOUT_FILENO;
}

void vt_console_tell(struct vt_console *c, const char *name)
{
	free(c->teller);
	c->teller = vt_strdup(name);
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

static void echo(struct vt_console *c, const char *p, size_t len)
{
	while (len && c->echo) {
		ssize_t n = write(STDOUT_FILENO, p, len);
		if (n < 0 && errno != EINTR)
			c->echo = false; /* nobody is there any more */
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

static void hit(struct vt_console *c, const struct rule *rule, const char *line)
{
	struct vt_hit *h = &c->hits[rule->kind];
	*h = (struct vt_hit){rule->id, rule->why, vt_strdup(line), c->at_ms};
	c->fired |= 1u << rule->kind;
	if (rule->kind >= VT_RULE_AT_END && !c->in_context) {
		c->in_context = true;
		last_lines(c, &c->context);
	}
}

static void tell(const struct vt_console *c, const char *line)
{
	if (!c->teller)
		return;
	VT_AUTO_FREE char *text = vt_printf("%s| %s\n", c->teller, line);
	ssize_t n = write(STDERR_FILENO, text, strlen(text));
	(void)n; /* the log has it */
}

static void take_line(
	void *data, enum vt_line kind, const char *line, size_t len)
{
	struct vt_console *c = data;
	bool known = kind != VT_LINE_OPEN;
	if (kind == VT_LINE_WHOLE) {
		remember(c, line);
		tell(c, line);
	}
	for (int i = 0; (i = vt_match_line(c->match, line, len, i)) >= 0; i++) {
		const struct rule *rule = &c->rules[i];
		if (c->hits[rule->kind].id)
			continue;
		if (!known)
			remember(c, line); /* for the context */
		known = true;
		hit(c, rule, line);
	}
}

unsigned vt_console_feed(
	struct vt_console *c, const void *data, size_t len, uint64_t at_ms)
{
	c->at_ms = at_ms;
	c->fired = 0;
	log_bytes(c, data, len);
	echo(c, data, len);
	vt_lines_feed(c->lines, data, len);
	return c->fired;
}

unsigned vt_console_quiet(struct vt_console *c, uint64_t at_ms)
{
	c->at_ms = at_ms;
	c->fired = 0;
	vt_lines_quiet(c->lines);
	return c->fired;
}

unsigned vt_console_told(struct vt_console *c, const char *line, uint64_t at_ms)
{
	c->at_ms = at_ms;
	c->fired = 0;
	size_t len = strlen(line);
	for (int i = 0; (i = vt_match_line(c->match, line, len, i)) >= 0; i++) {
		const struct rule *rule = &c->rules[i];
		bool theirs = rule->kind == VT_MARK_INSTALLER_START ||
			      rule->kind == VT_MARK_INSTALLER_END ||
			      rule->kind == VT_RULE_SUCCESS;
		if (theirs && !c->hits[rule->kind].id)
			hit(c, rule, line);
	}
	return c->fired;
}

unsigned vt_console_end(struct vt_console *c, uint64_t at_ms)
{
	c->at_ms = at_ms;
	c->fired = 0;
	vt_lines_end(c->lines);
	return c->fired;
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
