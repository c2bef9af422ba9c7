#include "qemu/console.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/outbuf.h"
#include "data/match.h"
#include "qemu/console_lines.h"
#include "qemu/console_times.h"
#include "qemu/guest_log.h"

enum {
	BEFORE = 20, /* lines of context, with the line that matters */
	AFTER = 20,  /* and after it */
	/* the same of what is kept to find the cause, and of the end */
	STORY = 200,
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

struct kept {
	char *line;
	bool joined; /* its parts are kept as well */
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
	struct vt_times_log times;
	struct vt_outbuf *echo; /* NULL: none */
	bool to_stdout;         /* the log is written there */
	bool told;              /* that output was dropped */
	bool examined;          /* the guest is asked why it hangs */

	char *live_name; /* printed before lines on stderr; NULL: no output */
	struct vt_lines *lines;
	uint64_t at_ms; /* time of the output being processed */
	unsigned fired; /* rules that it matched */

	struct kept ring[STORY]; /* last lines; ring[n_lines % STORY] is oldest
				  */
	uint64_t n_lines;
	struct kept story[2 * STORY]; /* lines around the first failure */
	size_t n_story, failure;      /* index of its line */
	uint64_t story_end;           /* number of the line after them */
	bool failed;
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
	c->times = (struct vt_times_log)VT_TIMES_LOG_INIT;
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
	vt_times_log_close(&c->times);
	vt_match_free(c->match);
	vt_answers_free(c->answers);
	vt_success_free(c->success);
	vt_lines_free(c->lines);
	for (size_t i = 0; i < c->n_rules; i++)
		free(c->rules[i].id);
	free(c->rules);
	for (size_t i = 0; i < VT_RULES; i++)
		free(c->hits[i].line);
	for (size_t i = 0; i < VT_COUNT(c->ring); i++)
		free(c->ring[i].line);
	for (size_t i = 0; i < c->n_story; i++)
		free(c->story[i].line);
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

void vt_console_times(struct vt_console *c, const char *path)
{
	vt_times_log_open(&c->times, path);
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

static void tell(struct vt_console *c, const struct kept *k)
{
	c->story[c->n_story++] = (struct kept){vt_strdup(k->line), k->joined};
	c->story_end = c->n_lines;
}

static void remember(struct vt_console *c, const char *line, bool joined)
{
	struct kept *slot = &c->ring[c->n_lines++ % STORY];
	free(slot->line);
	*slot = (struct kept){vt_strdup(line), joined};
	if (c->failed && c->n_story < VT_COUNT(c->story))
		tell(c, slot);
}

/* The number of the oldest line of the ring. */
static uint64_t oldest(const struct vt_console *c)
{
	return c->n_lines < STORY ? 0 : c->n_lines - STORY;
}

/* The last line is that of the first failure. */
static void begin_story(struct vt_console *c)
{
	c->failed = true;
	for (uint64_t i = oldest(c); i < c->n_lines; i++)
		tell(c, &c->ring[i % STORY]);
	c->failure = c->n_story - 1;
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
	if (rule->kind >= VT_RULE_AT_END && !c->failed)
		begin_story(c);
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
	remember(c, line, false);
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
		remember(c, line, false);
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
	bool remembered = kind == VT_LINE_COMPLETE || kind == VT_LINE_REST;
	if (remembered)
		take_complete(c, line);
	if (kind == VT_LINE_COMPLETE || kind == VT_LINE_JOINED)
		vt_payload_line(
			&c->payload, c->success, VT_FROM_CONSOLE, line, len, 0);
	for (int i = 0; (i = vt_match_line(c->match, line, len, i)) >= 0; i++) {
		if (!remembered)
			remember(c, line, false); /* for the context */
		remembered = true;
		hit(c, &c->rules[i], line);
	}
	if (!remembered && kind == VT_LINE_JOINED)
		remember(c, line, true);
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
	vt_times_log_mark(&c->times, at_ms, vt_guest_log_size(c->log));
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
	if (c->waiting)
		return c->waiting;
	for (uint64_t i = c->n_lines; i > oldest(c); i--)
		if (!c->ring[(i - 1) % STORY].joined)
			return c->ring[(i - 1) % STORY].line;
	return "";
}

static void add(struct vt_story *s, const struct kept *k)
{
	s->v[s->n++] = (struct vt_story_line){k->line, k->joined};
}

void vt_console_story(const struct vt_console *c, struct vt_story *s)
{
	*s = (struct vt_story){.v = vt_calloc(3 * STORY, sizeof(*s->v))};
	for (size_t i = 0; i < c->n_story; i++)
		add(s, &c->story[i]);
	uint64_t i = oldest(c);
	for (i = i > c->story_end ? i : c->story_end; i < c->n_lines; i++)
		add(s, &c->ring[i % STORY]);
	s->failure = c->failed ? c->failure : s->n;
}

void vt_story_free(struct vt_story *s)
{
	free(s->v);
	*s = (struct vt_story){0};
}

size_t vt_story_context(
	const struct vt_story *s, size_t at, struct vt_strv *lines)
{
	size_t from = at < s->n ? at + 1 : s->n;
	size_t index = SIZE_MAX, before = 0, after = 0;
	while (from && before < BEFORE)
		before += !s->v[--from].joined || from == at;
	for (size_t i = from; i < s->n && after <= AFTER; i++) {
		if (s->v[i].joined && i != at)
			continue;
		if (i == at)
			index = lines->n;
		after += i >= at;
		vt_strv_add(lines, s->v[i].text);
	}
	return index < lines->n ? index : lines->n;
}
