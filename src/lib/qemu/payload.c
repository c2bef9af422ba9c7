#include "qemu/payload.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "data/match.h"
#include "data/pattern.h"
#include "qemu/console_lines.h"

struct vt_success {
	struct vt_match *within; /* fast for lines without it: see match.h */
	regex_t re;
};

struct vt_success *vt_success_new(const char *ere, struct vt_err **err)
{
	struct vt_success *s = vt_alloc(sizeof(*s));
	s->within = vt_match_new();
	if (vt_match_add(s->within, ere, err) >= 0 &&
		vt_pattern_compile(&s->re, ere, 0, err) == 0)
		return s;
	vt_match_free(s->within);
	free(s);
	return NULL;
}

void vt_success_free(struct vt_success *s)
{
	if (!s)
		return;
	vt_match_free(s->within);
	regfree(&s->re);
	free(s);
}

/* The beginning of vt-pack's messages. */
static const char mark[] = "vt-pack: ";

static void keep(char to[VT_PAYLOAD_LINE], const char *line)
{
	snprintf(to, VT_PAYLOAD_LINE, "%s", line);
}

/* The leftmost, longest match is the whole text if any match is. */
static bool is_whole(const regex_t *re, const char *text, size_t len)
{
	regmatch_t m = {0, 0};
	return regexec(re, text, 1, &m, 0) == 0 && m.rm_so == 0 &&
	       (size_t)m.rm_eo == len;
}

/* The exit status of a mark "vt-pack: NAME: exit status N", or -1. */
static int status_of(const char *text)
{
	static const char words[] = ": exit status ";
	const char *last = NULL;
	for (const char *s = text; (s = strstr(s, words)); s++)
		last = s + strlen(words);
	size_t digits = last ? strspn(last, "0123456789") : 0;
	if (!digits || digits > 3 || last[digits])
		return -1;
	return (int)strtol(last, NULL, 10);
}

/* A mark of vt-pack's script. */
static void take_mark(
	struct vt_payload *p, enum vt_source from, const char *text)
{
	int status = status_of(text);
	if (vt_str_ends(text, ": start")) {
		/* what was printed before did not come from it */
		if (!p->by[from].started && from == VT_FROM_CONSOLE)
			p->number = 0;
		if (!p->by[from].started)
			p->by[from].success = false;
		p->by[from].started = p->by[from].running = true;
	} else if (status >= 0) {
		p->by[from].running = false;
		p->by[from].ended = true;
		if (p->status > 0)
			return;
		p->status = status;
		keep(p->end, text);
	}
}

void vt_payload_line(struct vt_payload *p, struct vt_success *s,
	enum vt_source from, const char *line, size_t len, size_t number)
{
	bool mentioned = s && vt_match_line(s->within, line, len, 0) >= 0;
	/* as most lines */
	if (!mentioned && !strstr(line, mark))
		return;
	const char *start = vt_lines_text(line);
	size_t n = len - (size_t)(start - line);
	while (n && (start[n - 1] == ' ' || start[n - 1] == '\t'))
		n--;
	VT_AUTO_FREE char *trimmed = start[n] ? vt_strndup(start, n) : NULL;
	const char *text = trimmed ? trimmed : start;
	bool marked = p->by[from].started || p->by[from].ended;
	if (mentioned) {
		keep(p->mentioned, line);
		p->outside = is_whole(&s->re, text, n);
		if (p->outside && (!marked || p->by[from].running) &&
			!p->by[from].success) {
			p->by[from].success = true;
			p->number = number ? number : p->number;
		}
	}
	if (vt_str_starts(text, mark))
		take_mark(p, from, text);
}

static bool any_success(const struct vt_payload *p)
{
	return p->by[VT_FROM_CONSOLE].success || p->by[VT_FROM_CHANNEL].success;
}

static bool interrupted(const struct vt_payload *p)
{
	return p->status < 0 && (p->by[VT_FROM_CONSOLE].started ||
					p->by[VT_FROM_CHANNEL].started);
}

/* The line of success was not found. */
static char *no_success(const struct vt_payload *p, const char *ere)
{
	struct vt_str why = VT_STR_INIT;
	if (p->status >= 0)
		vt_str_addf(&why,
			"the installer ended with '%s', without a line that "
			"matches the success pattern '%s'",
			p->end, ere);
	else
		vt_str_addf(
			&why, "no line matches the success pattern '%s'", ere);
	if (*p->mentioned)
		vt_str_addf(&why, " (does not count, since %s: '%s')",
			p->outside ? "it is not between vt-pack's marks"
				   : "the pattern is only part of the line",
			p->mentioned);
	return vt_str_take(&why);
}

char *vt_payload_failure(const struct vt_payload *p, const char *ere)
{
	if (ere && !any_success(p))
		return no_success(p, ere);
	if (p->status > 0)
		return vt_printf("the installer ended with '%s'%s", p->end,
			ere ? ", although it reported success" : "");
	if (ere && interrupted(p))
		return vt_strdup("the installer was interrupted: vt-pack's "
				 "script reported no exit status");
	return NULL;
}
