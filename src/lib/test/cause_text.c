#include "test/cause_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"

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
		l->heading = l->indent;
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

size_t says_next(const struct says *all, size_t at, enum vt_speaker by)
{
	size_t i = at + 1;
	while (i < all->n && is_other(&all->v[i], by))
		i++;
	return i;
}

bool says_nothing(const char *text)
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
	return !is_other(l, by) && !says_nothing(l->text) &&
	       !is_progress(l->text) && (!l->row || l->row->text);
}

char *says_words(const struct says *all, size_t from, size_t to,
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

void cause_unit(struct vt_cause *c, const struct says *all, size_t at)
{
	const char *text = all->v[at].text;
	const regmatch_t *m = all->v[at].m;
	int end = m[2].rm_eo;
	while (end > m[2].rm_so && text[end - 1] == '.')
		end--;
	c->text = vt_printf("%.*s%.*s", (int)(m[1].rm_eo - m[1].rm_so),
		text + m[1].rm_so, (int)(end - m[2].rm_so), text + m[2].rm_so);
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
	size_t i = says_next(all, at, all->v[at].by);
	const char *more = i < all->n ? all->v[i].text : "";
	c->more = *more;
	c->text = vt_printf("%.*s%s%.*s", length(text), text, *more ? ": " : "",
		length(more), more);
}

/* The last line of a traceback: the first that is not indented more. */
static size_t traceback_end(const struct says *all, size_t at)
{
	const struct said *l = &all->v[at];
	size_t i = says_next(all, at, l->by);
	while (i < all->n && i < at + MAX_BLOCK && all->v[i].indent > l->indent)
		i = says_next(all, i, l->by);
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
		size_t after = says_next(all, i, by);
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
	if (!cause_add_report(c, all, end, ""))
		c->text = vt_strdup(all->v[end].text);
	c->line = end;
}

void cause_next(struct vt_cause *c, const struct says *all, size_t at)
{
	size_t i = says_next(all, at, all->v[at].by);
	if (i == all->n || all->v[i].stream ||
		all->v[i].indent < all->v[at].indent)
		return;
	const char *text = all->v[i].text;
	c->line = i;
	if (vt_str_starts(text, "Traceback "))
		cause_traceback(c, all, i);
	else if (!says_nothing(text) && !is_progress(text) &&
		 !cause_add_report(c, all, i, ""))
		c->text = vt_strdup(text);
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
	size_t end = says_next(all, at, l->by);
	while (end < all->n && all->v[end].indent > l->indent)
		end = says_next(all, end, l->by);
	VT_AUTO_FREE char *words =
		strstr(error, ": exit status ")
			? says_words(all, at + 1, end, l->by, false)
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
