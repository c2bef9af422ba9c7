#include "qemu/console.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/outbuf.h"
#include "data/match.h"
#include "qemu/console_lines.h"
#include "qemu/guest_log.h"

enum {
	BEFORE = 20,    /* lines of context before the line that matters */
	AFTER = 20,     /* and after it */
	KEPT = 1 << 20, /* bytes that a slow reader has not taken yet */
};

/* Rules for every phase: how far the guest has come, and signs of an overloaded
 * host. A kernel that boots with `quiet` does not print its version; then a
 * message of GRUB, the EFI stub, the initramfs's udev or init stands for it. */
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
	{VT_RULE_READS_SEED, "reads-seed",
		"cloud-init\\[[0-9]+\\]: .* running '(init|modules:.*)'"},
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
	struct vt_payload payload;
	struct vt_success *success; /* NULL: no pattern */
	struct vt_answers *answers;
	const char *say; /* to be typed now, or NULL */
	char *waiting;   /* incomplete line since a while, or NULL */

	struct vt_guest_log *log;
	struct vt_outbuf *echo; /* NULL: none */
	bool to_stdout;         /* the log is written there */
	bool told;              /* that output was dropped */
	bool examined;          /* the guest is asked why it hangs */

	char *live_name; /* printed before lines on stderr; NULL: no output */
	struct vt_lines *lines;
	uint64_t at_ms; /* time of the output being processed */
	unsigned fired; /* rules that it matched */

	char *ring[BEFORE]; /* last lines; ring[n_lines % BEFORE] is oldest */
	uint64_t n_lines;
	struct vt_strv context; /* lines around the first failure */
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
	c->answers = vt_answers_new();
	c->log = vt_guest_log_new("serial log");
	c->payload = (struct vt_payload)VT_PAYLOAD_INIT;
	for (size_t i = 0; i < VT_COUNT(common); i++)
		vt_console_rule(c, common[i].kind, common[i].id, common[i].ere,
			NULL, NULL);
	return c;
}

void vt_console_free(struct vt_console *c)
{
	if (!c)
		return;
	vt_guest_log_free(c->log);
	vt_outbuf_free(c->echo);
	vt_match_free(c->match);
	vt_answers_free(c->answers);
	vt_success_free(c->success);
	vt_lines_free(c->lines);
	for (size_t i = 0; i < c->n_rules; i++)
		free(c->rules[i].id);
	free(c->rules);
	for (size_t i = 0; i < VT_RULES; i++)
		free(c->hits[i].line);
	for (size_t i = 0; i < BEFORE; i++)
		free(c->ring[i]);
	vt_strv_free(&c->context);
	free(c->live_name);
	free(c->waiting);
	free(c);
}

void vt_console_freep(struct vt_console **c)
{
	vt_console_free(*c);
}

int vt_console_rule(struct vt_console *c, enum vt_rule kind, const char *id,
	const char *ere, const char *why, struct vt_err **err)
{
	if (kind == VT_RULE_SUCCESS && !c->success &&
		!(c->success = vt_success_new(ere, err)))
		return -1;
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

int vt_console_answer(struct vt_console *c, const char *prompt, const char *say,
	struct vt_err **err)
{
	return vt_answers_add(c->answers, prompt, say, err);
}

const char *vt_console_say(const struct vt_console *c)
{
	return c->say;
}

void vt_console_restarted(struct vt_console *c)
{
	vt_answers_restart(c->answers);
}

const struct vt_answers *vt_console_answers(const struct vt_console *c)
{
	return c->answers;
}

int vt_console_log(struct vt_console *c, const char *path, struct vt_err **err)
{
	c->to_stdout = !strcmp(path, "-");
	return vt_guest_log_open(c->log, path, err);
}

const char *vt_console_log_name(const struct vt_console *c)
{
	return vt_guest_log_path(c->log);
}

void vt_console_echo(struct vt_console *c)
{
	if (!c->to_stdout && !c->echo)
		c->echo = vt_outbuf_new(STDOUT_FILENO, KEPT);
}

void vt_console_pending(const struct vt_console *c, int fds[static 2])
{
	fds[0] = vt_outbuf_fd(vt_guest_log_out(c->log));
	fds[1] = vt_outbuf_fd(c->echo);
}

void vt_console_flush(struct vt_console *c)
{
	vt_outbuf_flush(vt_guest_log_out(c->log));
	vt_outbuf_flush(c->echo);
}

void vt_console_finish(struct vt_console *c)
{
	struct vt_outbuf *log = vt_guest_log_out(c->log);
	uint64_t lost = (log ? vt_outbuf_end(log) : 0) +
			(c->echo ? vt_outbuf_end(c->echo) : 0);
	if (lost && !c->told)
		vt_log_warn("%llu bytes of the guest's output were dropped, "
			    "because they were not read in time",
			(unsigned long long)lost);
	c->told |= lost > 0;
}

void vt_console_live(struct vt_console *c, const char *name)
{
	free(c->live_name);
	c->live_name = vt_strdup(name);
}

void vt_console_limit(struct vt_console *c, uint64_t bytes)
{
	vt_guest_log_limit(c->log, bytes);
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
	/* only the first line of a kind counts */
	for (size_t i = 0; i < c->n_rules; i++)
		if (c->rules[i].kind == rule->kind)
			vt_match_drop(c->match, (int)i);
	if (rule->kind >= VT_RULE_AT_END && !c->in_context) {
		c->in_context = true;
		last_lines(c, &c->context);
	}
}

static void print_live(const struct vt_console *c, const char *line)
{
	if (!c->live_name)
		return;
	VT_AUTO_FREE char *text = vt_printf("%s| %s", c->live_name, line);
	vt_log_line(text);
}

static void wait_at(struct vt_console *c, const char *line)
{
	free(c->waiting);
	c->waiting = line ? vt_strdup(line) : NULL;
}

static void take_complete(struct vt_console *c, const char *line)
{
	remember(c, line);
	print_live(c, line);
}

/* Return: whether the line is a prompt with an answer */
static bool take_prompt(struct vt_console *c, const char *line, size_t len)
{
	static char id[] = "answer-refused";
	static const struct rule refused = {VT_RULE_FAILURE, id,
		"the answer to it was refused: the guest asks again"};
	size_t i;
	/* the same line may be passed twice, see console_lines.h */
	if (c->say)
		return true;
	switch (vt_answers_ask(c->answers, line, len, &i)) {
	case VT_ANSWER_NONE:
		return false;
	case VT_ANSWER_TYPE:
		take_complete(c, line);
		c->say = vt_answers_at(c->answers, i)->say;
		return true;
	case VT_ANSWER_REFUSED:
		remember(c, line);
		if (!c->hits[VT_RULE_FAILURE].id)
			hit(c, &refused, line);
		return true;
	}
	return false;
}

static void take_line(
	void *data, enum vt_line kind, const char *line, size_t len)
{
	struct vt_console *c = data;
	if (kind == VT_LINE_PARTIAL && take_prompt(c, line, len))
		return;
	if (kind == VT_LINE_PARTIAL)
		wait_at(c, line);
	bool remembered = kind != VT_LINE_PARTIAL;
	if (kind == VT_LINE_COMPLETE || kind == VT_LINE_REST)
		take_complete(c, line);
	if (kind == VT_LINE_COMPLETE || kind == VT_LINE_JOINED)
		vt_payload_line(
			&c->payload, c->success, VT_FROM_CONSOLE, line, len, 0);
	for (int i = 0; (i = vt_match_line(c->match, line, len, i)) >= 0; i++) {
		if (!remembered)
			remember(c, line); /* for the context */
		remembered = true;
		hit(c, &c->rules[i], line);
	}
}

static void begin(struct vt_console *c, uint64_t at_ms)
{
	c->at_ms = at_ms;
	c->fired = 0;
	c->say = NULL;
}

unsigned vt_console_feed(
	struct vt_console *c, const void *data, size_t len, uint64_t at_ms)
{
	begin(c, at_ms);
	if (!c->examined)
		wait_at(c, NULL);
	vt_guest_log_put(c->log, data, len);
	if (c->echo)
		vt_outbuf_put(c->echo, data, len);
	if (!c->examined)
		vt_lines_feed(c->lines, data, len);
	return c->fired;
}

unsigned vt_console_quiet(struct vt_console *c, uint64_t at_ms)
{
	begin(c, at_ms);
	if (c->examined)
		return 0;
	vt_lines_quiet(c->lines);
	/* the guest's next words are not part of its question */
	if (c->say)
		vt_lines_forget(c->lines);
	return c->fired;
}

unsigned vt_console_channel_line(
	struct vt_console *c, const char *line, uint64_t at_ms)
{
	begin(c, at_ms);
	size_t len = strlen(line);
	vt_payload_line(&c->payload, c->success, VT_FROM_CHANNEL, line, len, 0);
	for (int i = 0; (i = vt_match_line(c->match, line, len, i)) >= 0; i++) {
		const struct rule *rule = &c->rules[i];
		bool accepted = rule->kind == VT_MARK_INSTALLER_START ||
				rule->kind == VT_MARK_INSTALLER_END ||
				rule->kind == VT_RULE_SUCCESS;
		if (accepted)
			hit(c, rule, line);
	}
	return c->fired;
}

void vt_console_examine(struct vt_console *c, const char *note)
{
	vt_lines_end(c->lines);
	if (!c->in_context)
		last_lines(c, &c->context);
	c->in_context = true;
	c->examined = true;
	vt_guest_log_note(c->log, note);
}

unsigned vt_console_end(struct vt_console *c, uint64_t at_ms)
{
	begin(c, at_ms);
	if (!c->examined)
		vt_lines_end(c->lines);
	return c->fired;
}

int vt_console_write_error(const struct vt_console *c)
{
	return vt_guest_log_error(c->log);
}

const struct vt_hit *vt_console_hit(
	const struct vt_console *c, enum vt_rule kind)
{
	return &c->hits[kind];
}

const struct vt_payload *vt_console_payload(const struct vt_console *c)
{
	return &c->payload;
}

const char *vt_console_last(const struct vt_console *c)
{
	const char *line =
		c->n_lines ? c->ring[(c->n_lines - 1) % BEFORE] : NULL;
	if (c->waiting)
		return c->waiting;
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
