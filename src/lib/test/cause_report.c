/* curtin's reports of commands that failed. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "test/cause_text.h"

enum {
	MAX_COMMAND = 80, /* bytes of a command that are shown */
	WIDTH = 8,        /* of "Stdout: " and "Stderr: " */
};

static const char failed[] = "Unexpected error while running command.";

/* The lines [at, end) of an output: those that are indented as much. */
static size_t output_end(const struct says *all, size_t at)
{
	const struct said *l = &all->v[at];
	size_t i = says_next(all, at, l->by);
	while (i < all->n && i < at + MAX_BLOCK &&
		all->v[i].indent >= l->heading + WIDTH &&
		!(all->v[i].stream && all->v[i].heading == l->heading))
		i = says_next(all, i, l->by);
	return i < all->n ? i : all->n;
}

/* What follows "Command: ", a list as Python prints it, in words; without what
 * curtin puts before a command that it runs in the target. */
static char *command_of(const char *list)
{
	VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
	struct vt_str out = VT_STR_INIT;
	size_t first = 0;
	for (const char *s = list; *s; s++) {
		VT_AUTO_STR struct vt_str word = VT_STR_INIT;
		const char quote = *s;
		if (quote != '\'' && quote != '"')
			continue;
		for (s++; *s && *s != quote; s++) {
			s += *s == '\\' && s[1];
			vt_str_addc(&word, *s);
		}
		vt_strv_add(&words, vt_str_c(&word));
		if (!*s)
			break;
	}
	for (size_t i = 0; i < words.n; i++)
		if (!strcmp(words.v[i], "chroot") && !first)
			first = i;
	for (size_t i = first; i < words.n; i++)
		vt_str_item(&out, " ", words.v[i]);
	if (!words.n)
		vt_str_add(&out, list);
	if (out.len > MAX_COMMAND) {
		out.len = vt_utf8_cut(out.s, out.len, MAX_COMMAND);
		vt_str_add(&out, "...");
	}
	return vt_str_take(&out);
}

/* curtin's report of a command. */
struct report {
	const char *command, *status, *reason;
	char *words; /* owned */
};

/* stderr comes second and says more, mostly first what is wrong and then what
 * follows from it; stdout ends with it. */
static void read_output(struct report *r, const struct says *all, size_t at)
{
	char *words = says_words(all, at, output_end(all, at), all->v[at].by,
		all->v[at].stream == SAID_STDERR);
	if (!words)
		return;
	free(r->words);
	r->words = words;
}

/* The words of a command whose output curtin did not keep: they stand after the
 * line that names it. */
static void read_before(struct report *r, const struct says *all, size_t at)
{
	static const char names[] = "Running command ";
	const enum vt_speaker by = all->v[at].by;
	size_t end = at, i = at;
	for (; i && at - i < MAX_BLOCK && !r->words; i--) {
		const struct said *l = &all->v[i - 1];
		if (l->by == by && vt_str_starts(l->text, "finish: "))
			end = i - 1;
		if (l->by == by && vt_str_starts(l->text, names) &&
			vt_str_starts(l->text + strlen(names), r->command)) {
			r->words = says_words(all, i, end, by, false);
			return;
		}
	}
}

static void read_report(struct report *r, const struct says *all, size_t at)
{
	const enum vt_speaker by = all->v[at].by;
	size_t i = says_next(all, at, by), last = at + MAX_BLOCK;
	size_t indent = i < all->n ? all->v[i].indent : 0;
	for (; i < all->n && i < last; i = says_next(all, i, by)) {
		const struct said *l = &all->v[i];
		const char *value;
		bool own = (l->stream ? l->heading : l->indent) == indent;
		if (own &&
			(l->stream == SAID_STDERR || (l->stream && !r->words)))
			read_output(r, all, i);
		if (own && l->stream == SAID_STDERR)
			return;
		if (!own || l->stream)
			continue;
		if (vt_str_starts(l->text, "Command: ") && r->command)
			return; /* another report */
		if (vt_str_starts(l->text, "Command: "))
			r->command = l->text + strlen("Command: ");
		value = "Exit code: ";
		if (vt_str_starts(l->text, value))
			r->status = l->text + strlen(value);
		value = "Reason: ";
		if (vt_str_starts(l->text, value) &&
			!says_nothing(l->text + strlen(value)))
			r->reason = l->text + strlen(value);
	}
}

bool cause_add_report(
	struct vt_cause *c, const struct says *all, size_t at, const char *lead)
{
	enum { PASSED_ON = 40 };
	struct report r = {0};
	if (!strstr(all->v[at].text, failed))
		return false;
	read_report(&r, all, at);
	if (r.command && !r.words && !r.reason)
		read_before(&r, all, at);
	VT_AUTO_FREE char *words = r.words;
	if (!r.command)
		return false;
	VT_AUTO_FREE char *command = command_of(r.command);
	bool passes = vt_str_starts(command, "curtin ") &&
		      !vt_str_starts(command, "curtin in-target ");
	if (passes && c->rank > PASSED_ON)
		c->rank = PASSED_ON;
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	vt_str_addf(&text, "%s%s", lead, command);
	if (r.status && !says_nothing(r.status))
		vt_str_addf(&text, ": exit status %s", r.status);
	if (r.reason)
		vt_str_addf(&text, ": %s", r.reason);
	if (words)
		vt_str_addf(&text, ": %s", words);
	c->text = vt_str_take(&text);
	c->more = true;
	return true;
}

void cause_command(struct vt_cause *c, const struct says *all, size_t at)
{
	cause_add_report(c, all, at, "");
}

void cause_entry(struct vt_cause *c, const struct says *all, size_t at)
{
	const char *text = all->v[at].text, *report = strstr(text, failed);
	const regmatch_t *id = &all->v[at].m[1];
	c->entry =
		vt_strndup(text + id->rm_so, (size_t)(id->rm_eo - id->rm_so));
	VT_AUTO_FREE char *lead =
		vt_strndup(text, (size_t)all->v[at].m[0].rm_eo);
	int rank = c->rank;
	if (!report || !cause_add_report(c, all, at, lead))
		c->text = vt_strdup(text);
	c->rank = rank;
}
