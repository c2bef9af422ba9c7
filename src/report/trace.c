/* The timeline as Chrome's trace events:
 * https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
 *
 * A process is a run, a thread is a lane; the steps that installers report are
 * threads of a second process, since they are on the clocks of guests. */
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "data/json.h"
#include "timeline.h"

enum { SECOND = 1000 }; /* the number of a run's process of steps, after it */

struct trace {
	const struct page *p;
	json_t *events;
	int64_t zero_ms;
	int pid;
};

static json_t *text(const char *s)
{
	return vt_json_text(s, strlen(s));
}

static void name_it(struct trace *t, const char *what, int pid, unsigned tid,
	const char *name)
{
	json_array_append_new(
		t->events, json_pack("{s:s, s:s, s:i, s:i, s:{s:o}}", "name",
				   what, "ph", "M", "pid", pid, "tid", (int)tid,
				   "args", "name", text(name)));
}

/* A slice; times are in microseconds. @args: its reference is taken */
static void add(struct trace *t, int pid, unsigned tid, const char *name,
	const char *category, int64_t at_ms, uint64_t ms, json_t *args)
{
	json_array_append_new(t->events,
		json_pack("{s:o, s:o, s:s, s:I, s:I, s:i, s:i, s:o}", "name",
			text(name), "cat", text(category), "ph", "X", "ts",
			(json_int_t)(at_ms - t->zero_ms) * 1000, "dur",
			(json_int_t)ms * 1000, "pid", pid, "tid", (int)tid,
			"args", args ? args : json_object()));
}

static void add_stages(struct trace *t, unsigned tid, const struct span *s,
	const struct page_test *test)
{
	VT_AUTO_REPORT struct vt_phase_report r = {0};
	AUTO_STAGES struct stages all = {0};
	if (vt_phase_report_read(&r, test->row->dir, s->phase, NULL) < 0)
		return;
	stages_of(&r, test->row->dir, true, &all);
	for (size_t i = 0; i < all.n; i++)
		add(t, t->pid, tid, all.v[i].name, "stage",
			s->start_ms + (int64_t)all.v[i].from_ms,
			all.v[i].to_ms - all.v[i].from_ms, NULL);
	for (size_t i = 0; i < all.n_silences; i++)
		add(t, SECOND + t->pid, tid, "no output", "silence",
			s->start_ms + (int64_t)all.silences[i].from_ms,
			all.silences[i].to_ms - all.silences[i].from_ms, NULL);
	for (size_t i = 0; i < all.n_steps; i++)
		add(t, SECOND + t->pid, tid, all.steps[i].name, "step",
			s->start_ms + (int64_t)all.steps[i].from_ms,
			all.steps[i].to_ms - all.steps[i].from_ms,
			json_pack("{s:b}", "failed", all.steps[i].failed));
}

static void add_test(struct trace *t, const struct bar *b)
{
	const struct page_test *test = &t->p->v[b->test];
	unsigned tid = b->lane + 1;
	add(t, t->pid, tid, test->row->result.test, "test", b->from_ms,
		(uint64_t)(b->to_ms - b->from_ms),
		json_pack("{s:o, s:o}", "verdict", text(test->row->verdict),
			"cause", text(test->row->result.cause)));
	for (size_t i = 0; i < test->n_spans; i++) {
		const struct span *s = &test->spans[i];
		add(t, t->pid, tid, s->phase, "phase", s->start_ms, s->ms,
			NULL);
		add_stages(t, tid, s, test);
	}
}

static void add_run(struct trace *t, const struct run *r)
{
	VT_AUTO_FREE char *run = vt_printf("tests, run %d", t->pid);
	VT_AUTO_FREE char *steps =
		vt_printf("silence and installers' steps, run %d", t->pid);
	name_it(t, "process_name", t->pid, 0, run);
	name_it(t, "process_name", SECOND + t->pid, 0, steps);
	for (unsigned lane = 1; lane <= r->lanes; lane++) {
		VT_AUTO_FREE char *name = vt_printf("lane %u", lane);
		name_it(t, "thread_name", t->pid, lane, name);
		name_it(t, "thread_name", SECOND + t->pid, lane, name);
	}
	for (size_t i = 0; i < r->n; i++)
		add_test(t, &r->v[i]);
}

int trace_write(const struct rows *rows, const char *path, struct vt_err **err)
{
	AUTO_PAGE struct page p;
	AUTO_TIMELINE struct timeline all = {0};
	struct trace t = {.p = &p, .events = json_array()};
	page_begin(&p, rows, NULL);
	for (size_t i = 0; i < p.n; i++)
		page_spans(&p.v[i]);
	timeline_of(&p, &all);
	t.zero_ms = all.n ? all.v[0].from_ms : 0;
	for (size_t i = 0; i < all.n; i++) {
		t.pid = (int)i + 1;
		add_run(&t, &all.v[i]);
	}
	VT_AUTO_JSON json_t *root = json_pack(
		"{s:s, s:o}", "displayTimeUnit", "ms", "traceEvents", t.events);
	return vt_json_write(path, root, err);
}
