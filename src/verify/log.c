/* The install log: it has the line of success and no fatal line. Table and line
 * splitting are the same as for watching the console. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "check.h"
#include "data/match.h"
#include "guard.h"
#include "qemu/console_lines.h"
#include "qemu/payload.h"

#define INSTALL_LOG "logs/install-serial.log"

enum {
	LINE_BYTES = 4096, /* longest line of the context before a hit */
	MAX_HITS = 10,     /* reported in detail */
	CONTEXT = 5,       /* lines before and after */
};

int parse_install_log(struct verify *v, struct check *c, struct vt_err **err)
{
	(void)c;
	(void)err;
	vt_fatals_of(&v->fatals, "install", v->file.fatal);
	return 0;
}

/* Result of a scan, in shared memory. */
struct found {
	struct vt_payload payload;
	size_t n_hits; /* including those beyond MAX_HITS */
	struct hit {
		size_t line, offset; /* of the line's start */
		int row;             /* of the table */
	} hits[MAX_HITS];
};

struct scan {
	const struct verify *v;
	const struct fact *log;
	/* in the child */
	struct found *found;
	struct vt_match *match;
	struct vt_success *success;
	size_t number, offset; /* of the current line */
};

static void record(struct found *f, int row, size_t line, size_t offset)
{
	/* a long line is searched in pieces: count it once */
	if (f->n_hits && f->n_hits <= MAX_HITS &&
		f->hits[f->n_hits - 1].line == line)
		return;
	if (f->n_hits < MAX_HITS)
		f->hits[f->n_hits] = (struct hit){line, offset, row};
	f->n_hits++;
}

static void search(void *data, enum vt_line kind, const char *line, size_t len)
{
	const struct scan *s = data;
	int row = -1;
	if (kind == VT_LINE_COMPLETE || kind == VT_LINE_JOINED)
		vt_payload_line(&s->found->payload, s->success, VT_FROM_CONSOLE,
			line, len, s->number);
	while ((row = vt_match_line(s->match, line, len, row + 1)) >= 0)
		record(s->found, row, s->number, s->offset);
}

/* What the installer reported over its channel: the console may have lost it.
 */
static void take_channel(const struct scan *s)
{
	const struct phase *p = phases_find(&s->v->phases, "install");
	for (size_t i = 0; p && i < p->report.channel.n; i++) {
		const char *line = p->report.channel.v[i];
		vt_payload_line(&s->found->payload, s->success, VT_FROM_CHANNEL,
			line, strlen(line), 0);
	}
}

/* In a child: see guard.h. */
static void scan(void *arg, void *out)
{
	struct scan *s = arg;
	const struct vt_fatals *fatals = &s->v->fatals;
	struct vt_lines *lines = vt_lines_new(search, s);
	const char *text;
	size_t at = 0, len;
	s->found = out;
	s->found->payload = (struct vt_payload)VT_PAYLOAD_INIT;
	s->match = vt_match_new();
	/* the patterns compiled before: only out of memory */
	for (size_t i = 0; i < fatals->n; i++)
		if (vt_match_add(s->match, fatals->v[i].ere, NULL) < 0)
			abort();
	if (s->v->file.success &&
		!(s->success = vt_success_new(s->v->file.success, NULL)))
		abort();
	while (fact_line(s->log, &at, &text, &len)) {
		s->offset = (size_t)(text - s->log->text);
		s->number++;
		vt_lines_feed(lines, text, len);
		vt_lines_feed(lines, "\n", 1);
	}
	vt_lines_end(lines);
	take_channel(s);
	/* the child ends: nothing to free */
}

/* Lines around a hit, each with its number. */
static void add_context(
	struct vt_str *out, const struct fact *log, const struct hit *hit)
{
	size_t start = hit->offset, number = hit->line, end = hit->line;
	const char *line;
	size_t len;
	/* the log may be a single line: limit the distance */
	size_t floor =
		start > CONTEXT * LINE_BYTES ? start - CONTEXT * LINE_BYTES : 0;
	while (start > floor && hit->line - number < CONTEXT) {
		size_t p = start - 1;
		while (p > floor && log->text[p - 1] != '\n')
			p--;
		if (p > 0 && log->text[p - 1] != '\n')
			break; /* start of the line is beyond the limit */
		start = p;
		number--;
	}
	end += CONTEXT;
	while (number <= end && fact_line(log, &start, &line, &len)) {
		vt_str_addf(out, "%c %zu: ", number == hit->line ? '>' : ' ',
			number);
		vt_str_printable(out, line, len > 500 ? 500 : len, false);
		vt_str_addc(out, '\n');
		number++;
	}
}

static void judge_success(struct verify *v, const struct check *c,
	const struct vt_payload *p, const struct fact *log)
{
	const char *ere = v->file.success;
	struct vt_check_result *r = check_result(v, c, "install_log success");
	VT_AUTO_FREE char *why = vt_payload_failure(p, ere);
	vt_check_see(r, INSTALL_LOG);
	if (ere)
		vt_check_expect(r,
			"a line of the installer that matches /%s/ as a whole, "
			"and no exit status other than 0",
			ere);
	else
		vt_check_expect(r, "no exit status other than 0");
	if (!why) {
		if (p->number)
			vt_check_found(r, "line %zu", p->number);
		else
			vt_check_found(r, "%s",
				ere ? "a line of the installer's channel"
				    : "none");
		vt_check_judge(r, true);
		return;
	}
	const char *tail = vt_str_tail(log->text, log->len, 2 * CONTEXT);
	vt_check_found(r, "%s; the log ends as shown", why);
	vt_check_detail(r, tail, (size_t)(log->text + log->len - tail));
}

static void judge_failures(struct verify *v, const struct check *c,
	const struct found *f, const struct fact *log)
{
	struct vt_check_result *r = check_result(v, c, "install_log failures");
	VT_AUTO_STR struct vt_str found = VT_STR_INIT;
	VT_AUTO_STR struct vt_str context = VT_STR_INIT;
	vt_check_see(r, INSTALL_LOG);
	vt_check_expect(r, "no line that matches any of %zu failure patterns",
		v->fatals.n);
	for (size_t i = 0; i < f->n_hits && i < MAX_HITS; i++) {
		const struct hit *hit = &f->hits[i];
		const struct vt_fatal *fatal = &v->fatals.v[hit->row];
		vt_str_addf(&found, "%sline %zu matches %s: %s", i ? "\n" : "",
			hit->line, fatal->id, fatal->why);
		if (i == 0 || hit->line > f->hits[i - 1].line + CONTEXT)
			add_context(&context, log, hit);
	}
	if (f->n_hits > MAX_HITS)
		vt_str_addf(&found, "\nand %zu more", f->n_hits - MAX_HITS);
	if (f->n_hits)
		vt_check_see(r, "%s:%zu", INSTALL_LOG, f->hits[0].line);
	vt_check_found(r, "%s", f->n_hits ? found.s : "none");
	vt_check_judge(r, f->n_hits == 0);
	if (context.len)
		vt_check_detail(r, context.s, context.len);
}

void check_install_log(struct verify *v, const struct check *c)
{
	AUTO_FACT struct fact log = {0};
	VT_AUTO_ERR struct vt_err *err = NULL;
	int rc = facts_read(&v->facts, INSTALL_LOG, &log, &err);
	if (rc != 1) {
		struct vt_check_result *r = check_result(v, c, "install_log");
		vt_check_expect(r, "an install log");
		if (rc < 0)
			vt_check_error(r, &err);
		else
			vt_check_found(r, "no %s", INSTALL_LOG);
		return;
	}
	struct scan s = {.v = v, .log = &log};
	struct found *f =
		guard_run(scan, &s, sizeof(*f), VT_BOUND_LOG_TIME, &err);
	if (!f) {
		struct vt_check_result *r = check_result(v, c, "install_log");
		vt_check_see(r, INSTALL_LOG);
		vt_err_wrap(&err, "searching %s", INSTALL_LOG);
		vt_check_error(r, &err);
		return;
	}
	judge_success(v, c, &f->payload, &log);
	if (v->fatals.n)
		judge_failures(v, c, f, &log);
	guard_free(f, sizeof(*f));
}
