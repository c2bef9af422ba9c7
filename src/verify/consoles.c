#include "consoles.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "data/match.h"
#include "guard.h"
#include "qemu/console_lines.h"
#include "test/phases.h"

/* A warning of the kernel and the trace below it are one. */
enum { TOGETHER = 60 };

static char *log_name(const char *phase, bool journal)
{
	return journal ? vt_printf(VT_PHASES_LOGS "/%s-journal.log", phase)
		       : vt_phases_console(NULL, phase);
}

struct scan {
	const struct fact *log;
	const char *const *eres;
	size_t n;
	/* in the child */
	struct vt_match *match;
	struct console_found *found;
	size_t number, *last; /* the current line; the last hit of each */
};

static void hit(struct scan *s, int row, const char *line, size_t len)
{
	struct console_found *f = &s->found[row];
	bool more = s->last[row] && s->number - s->last[row] <= TOGETHER;
	s->last[row] = s->number;
	if (f->n && more)
		return;
	if (!f->n++) {
		f->line = s->number;
		snprintf(f->text, sizeof(f->text), "%.*s",
			(int)vt_utf8_cut(line, len, sizeof(f->text) - 1), line);
	}
}

static void take(void *data, enum vt_line kind, const char *line, size_t len)
{
	struct scan *s = data;
	(void)kind;
	for (int row = -1;
		(row = vt_match_line(s->match, line, len, row + 1)) >= 0;)
		hit(s, row, line, len);
}

/* In a child: see guard.h. */
static void scan(void *arg, void *out)
{
	struct scan *s = arg;
	struct vt_lines *lines = vt_lines_new(take, s);
	const char *text;
	size_t at = 0, len;
	s->found = out;
	s->last = vt_calloc(s->n, sizeof(*s->last));
	s->match = vt_match_new();
	/* the patterns were checked before: only out of memory */
	for (size_t i = 0; i < s->n; i++)
		if (vt_match_add(s->match, s->eres[i], NULL) < 0)
			abort();
	while (fact_line(s->log, &at, &text, &len)) {
		s->number++;
		vt_lines_feed(lines, text, len);
		vt_lines_feed(lines, "\n", 1);
	}
	vt_lines_end(lines);
	/* the child ends: nothing to free */
}

/* Return: what is found in one log; NULL: no such log, or an error */
static struct console_found *search(const struct verify *v, const char *name,
	const char *const *eres, size_t n, struct vt_err **err)
{
	AUTO_FACT struct fact log = {0};
	if (facts_read(&v->facts, name, &log, err) != 1)
		return NULL;
	struct scan s = {.log = &log, .eres = eres, .n = n};
	struct console_found *found =
		guard_run(scan, &s, n * sizeof(*found), VT_BOUND_LOG_TIME, err);
	if (!found)
		vt_err_wrap(err, "searching %s", name);
	return found;
}

struct console_found *consoles_search(const struct verify *v, const char *phase,
	const char *const *eres, size_t n, struct vt_err **err)
{
	VT_AUTO_ERR struct vt_err *why = NULL;
	struct console_found *all = vt_calloc(n, sizeof(*all));
	for (int journal = 0; journal < 2; journal++) {
		VT_AUTO_FREE char *name = log_name(phase, journal);
		struct console_found *found = search(v, name, eres, n, &why);
		/* the kernel's lines are in both */
		for (size_t i = 0; found && i < n; i++) {
			if (all[i].n || !found[i].n)
				continue;
			all[i] = found[i];
			all[i].journal = journal;
		}
		if (found)
			guard_free(found, n * sizeof(*found));
		if (why) {
			free(all);
			vt_err_set(err, why->status, "%s", why->msg);
			return NULL;
		}
	}
	return all;
}

char *consoles_see(const struct console_found *found, const char *phase)
{
	VT_AUTO_FREE char *name = log_name(phase, found->journal);
	return vt_printf("%s:%zu", name, found->line);
}
