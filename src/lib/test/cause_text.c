#include "test/cause_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"

enum {
	MAX_BLOCK = 400,  /* lines of a traceback, or of a command's output */
	MAX_COMMAND = 80, /* bytes of a command that are shown */
	WIDTH = 8,        /* of "Stdout: " and "Stderr: " */
};

static const char failed[] = "Unexpected error while running command.";

static size_t skip_blanks(struct said *l)
{
	size_t n = strspn(l->text, " \t");
	l->text += n;
	l->indent += n;
	return n;
}

/* curtin indents the output of a command by the width of its heading; the
 * details of an error of vt's begin with "  | ". */
static void read_line(struct said *l, const struct vt_story_line *from)
{
	static const char *const streams[] = {
		[SAID_STDOUT] = "Stdout: ", [SAID_STDERR] = "Stderr: "};
	*l = (struct said){.text = vt_lines_text(from->text),
		.by = vt_lines_speaker(from->text),
		.part = vt_lines_interrupted(from->text)};
	bool indented = skip_blanks(l);
	for (int i = SAID_STDOUT; i <= SAID_STDERR; i++) {
		if (!vt_str_starts(l->text, streams[i]))
			continue;
		l->stream = i;
		l->text += strlen(streams[i]);
		l->indent += strlen(streams[i]);
		skip_blanks(l);
	}
	if (indented && vt_str_starts(l->text, "| ")) {
		l->text += 2;
		l->indent += 2;
	}
}

void says_read(struct says *all, const struct vt_story *s)
{
	all->v = vt_calloc(s->n + 1, sizeof(*all->v));
	all->n = s->n;
	for (size_t i = 0; i < s->n; i++)
		read_line(&all->v[i], &s->v[i]);
}

void says_free(struct says *all)
{
	free(all->v);
	*all = (struct says){0};
}

/* Whether a line is another program's, a part of one, or blank. Where journald
 * names programs, a line without a name is the kernel's, or a part of one. */
static bool is_other(const struct said *l, enum vt_speaker by)
{
	return l->by != by || l->part || (!*l->text && !l->stream);
}

/* The next line of the same program; n: there is none. */
static size_t next(const struct says *all, size_t at, enum vt_speaker by)
{
	size_t i = at + 1;
	while (i < all->n && is_other(&all->v[i], by))
		i++;
	return i;
}

/* "", '' and - stand for no output. */
static bool is_empty(const char *text)
{
	return !*text || !strcmp(text, "''") || !strcmp(text, "\"\"") ||
	       !strcmp(text, "-");
}

/* Whether curtin says what it does, and not why it fails. */
static bool is_progress(const char *text)
{
	static const char *const starts[] = {"start: ", "finish: ",
		"Running command ", "TIMED ", "WARN: Target is /"};
	for (size_t i = 0; i < VT_COUNT(starts); i++)
		if (vt_str_starts(text, starts[i]))
			return true;
	return vt_str_ends(text, " command failed");
}

/* Whether a line may be what a program said of its failure: it is neither its
 * name and version nor a warning, for which the table has rows. */
static bool may_tell(const struct said *l, enum vt_speaker by)
{
	return !is_other(l, by) && !is_empty(l->text) &&
	       !is_progress(l->text) && (!l->row || l->row->text);
}

/* The words of a tool that failed, else the first or the last words of the
 * lines [from, to) of the same program; owned; NULL: it said nothing. */
static char *words_of(const struct says *all, size_t from, size_t to,
	enum vt_speaker by, bool first)
{
	char *words = cause_tool(all, from, to, by);
	for (size_t i = 0; !words && i < to - from; i++) {
		const struct said *l = &all->v[first ? from + i : to - 1 - i];
		if (may_tell(l, by))
			words = vt_strdup(l->text);
	}
	return words;
}

void cause_line(struct vt_cause *c, const struct says *all, size_t at)
{
	c->text = vt_strdup(all->v[at].text);
}

void cause_group(struct vt_cause *c, const struct says *all, size_t at)
{
	const regmatch_t *m = &all->v[at].m[1];
	c->text = vt_strndup(
		all->v[at].text + m->rm_so, (size_t)(m->rm_eo - m->rm_so));
}

/* The length of a text without what leads to a line after it. */
static int length(const char *text)
{
	size_t len = strlen(text);
	if (vt_str_ends(text, "; however:")) /* dpkg */
		len -= strlen("; however:");
	while (len && strchr(": ", text[len - 1]))
		len--;
	return (int)len;
}

void cause_two_lines(struct vt_cause *c, const struct says *all, size_t at)
{
	const char *text = all->v[at].text;
	size_t i = next(all, at, all->v[at].by);
	const char *more = i < all->n ? all->v[i].text : "";
	c->more = *more;
	c->text = vt_printf("%.*s%s%.*s", length(text), text, *more ? ": " : "",
		length(more), more);
}

/* The lines [at, end) of an output: those that are indented as much. */
static size_t output_end(const struct says *all, size_t at)
{
	const struct said *l = &all->v[at];
	size_t i = next(all, at, l->by);
	while (i < all->n && i < at + MAX_BLOCK &&
		all->v[i].indent >= l->indent &&
		!(all->v[i].stream && all->v[i].indent == l->indent))
		i = next(all, i, l->by);
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
	char *words = words_of(all, at, output_end(all, at), all->v[at].by,
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
			r->words = words_of(all, i, end, by, false);
			return;
		}
	}
}

static void read_report(struct report *r, const struct says *all, size_t at)
{
	const enum vt_speaker by = all->v[at].by;
	size_t i = next(all, at, by), last = at + MAX_BLOCK;
	size_t indent = i < all->n ? all->v[i].indent : 0;
	for (; i < all->n && i < last; i = next(all, i, by)) {
		const struct said *l = &all->v[i];
		const char *value;
		bool own = l->indent == indent + (l->stream ? WIDTH : 0);
		if (own &&
			(l->stream == SAID_STDERR || (l->stream && !r->words)))
			read_output(r, all, i);
		if (own && l->stream == SAID_STDERR)
			return;
		if (!own || l->stream)
			continue;
		if (vt_str_starts(l->text, "Command: "))
			r->command = l->text + strlen("Command: ");
		value = "Exit code: ";
		if (vt_str_starts(l->text, value))
			r->status = l->text + strlen(value);
		value = "Reason: ";
		if (vt_str_starts(l->text, value) &&
			!is_empty(l->text + strlen(value)))
			r->reason = l->text + strlen(value);
	}
}

/* Fill in a report that begins at a line, after `lead`. A command of curtin's
 * own only passes on what it printed before.
 * Return: whether there is one */
static bool add_report(
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
	if (r.status && !is_empty(r.status))
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
	add_report(c, all, at, "");
}

/* The last line of a traceback: the first that is not indented more. */
static size_t traceback_end(const struct says *all, size_t at)
{
	const struct said *l = &all->v[at];
	size_t i = next(all, at, l->by);
	while (i < all->n && i < at + MAX_BLOCK && all->v[i].indent > l->indent)
		i = next(all, i, l->by);
	return i < at + MAX_BLOCK ? i : all->n;
}

/* The traceback of an exception that was raised while that of a traceback was
 * handled, which says more to the user; n: there is none. */
static size_t next_traceback(const struct says *all, size_t end)
{
	static const char *const links[] = {
		"During handling of the above exception, another exception",
		"The above exception was the direct cause of the following"};
	const enum vt_speaker by = all->v[end].by;
	size_t i = end;
	for (size_t n = 0; i < all->n && n < MAX_BLOCK; n++) {
		const char *text = all->v[i].text;
		size_t after = next(all, i, by);
		for (size_t k = 0; k < VT_COUNT(links); k++)
			if (vt_str_starts(text, links[k]) && after < all->n)
				return after;
		if (vt_str_starts(text, "Traceback "))
			return all->n;
		i = after;
	}
	return all->n;
}

void cause_traceback(struct vt_cause *c, const struct says *all, size_t at)
{
	size_t end = all->n, i = at;
	while (i < all->n && vt_str_starts(all->v[i].text, "Traceback ")) {
		size_t last = traceback_end(all, i);
		if (last == all->n)
			break; /* it was cut off */
		end = last;
		i = next_traceback(all, end);
	}
	/* how a program of Python's ends, for a reason that it said before */
	if (end == all->n || vt_str_starts(all->v[end].text, "SystemExit"))
		return;
	if (!add_report(c, all, end, ""))
		c->text = vt_strdup(all->v[end].text);
	c->line = end;
}

void cause_next(struct vt_cause *c, const struct says *all, size_t at)
{
	size_t i = next(all, at, all->v[at].by);
	if (i == all->n || all->v[i].stream ||
		all->v[i].indent < all->v[at].indent)
		return;
	const char *text = all->v[i].text;
	c->line = i;
	if (vt_str_starts(text, "Traceback "))
		cause_traceback(c, all, i);
	else if (!is_empty(text) && !is_progress(text) &&
		 !add_report(c, all, i, ""))
		c->text = vt_strdup(text);
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
	if (!report || !add_report(c, all, at, lead))
		c->text = vt_strdup(text);
	c->rank = rank;
}

/* "making format 'root': ...", "late_commands '10_copy': ..." */
static void read_subject(struct vt_cause *c, const char *error)
{
	const char *id = strchr(error, '\''),
		   *end = id ? strchr(id + 1, '\'') : NULL;
	if (!end || end[1] != ':' || id == error)
		return;
	const char *word = id - 1;
	size_t len = 0;
	while (word > error && word[-1] != ' ') {
		word--;
		len++;
	}
	VT_AUTO_FREE char *kind = vt_strndup(word, len);
	c->entry = vt_strndup(id + 1, (size_t)(end - id - 1));
	if (vt_str_ends(kind, "_commands"))
		c->section = vt_strdup(kind);
}

void cause_vt(struct vt_cause *c, const struct says *all, size_t at)
{
	const struct said *l = &all->v[at];
	const char *error = l->text + l->m[1].rm_so;
	size_t end = next(all, at, l->by);
	while (end < all->n && all->v[end].indent > l->indent)
		end = next(all, end, l->by);
	VT_AUTO_FREE char *words =
		strstr(error, ": exit status ")
			? words_of(all, at + 1, end, l->by, false)
			: NULL;
	c->text = vt_printf(
		"%s%s%s", error, words ? ": " : "", words ? words : "");
	read_subject(c, error);
}

void cause_of_step(struct vt_cause *c, const struct says *all)
{
	static const char start[] = "finish: cmd-install/stage-";
	for (size_t i = 0; i < all->n; i++) {
		const char *text = all->v[i].text;
		if (!vt_str_starts(text, start) || !strstr(text, ": FAIL: "))
			continue;
		const char *stage = text + strlen(start);
		size_t len = strcspn(stage, "/:");
		if (stage[len] != '/')
			continue;
		const char *name = stage + len + 1;
		c->section = vt_printf("%.*s_commands", (int)len, stage);
		c->entry = vt_strndup(name, strcspn(name, "/:"));
		return;
	}
}
