#include "test/phase_write.h"

#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/proc.h"
#include "test/phase_cause.h"
#include "test/phase_report.h"

static void add_times(struct vt_phase_report *r, const struct vt_phase *p)
{
	r->times.power_on = p->power_on_ms;
	r->times.power_off = p->power_off_ms;
	for (int i = 0; i < VT_MARKS; i++) {
		const struct vt_hit *hit =
			vt_console_hit(p->console, (enum vt_rule)i);
		if (hit->id)
			r->times.marks[i] = hit->at_ms;
	}
}

static void add_rule(struct vt_phase_report *r, const struct vt_phase *p)
{
	const struct vt_hit *hit = vt_phase_decisive(p);
	if (!hit)
		return;
	r->rule.id = hit->id;
	r->rule.line = hit->line;
	r->rule.why = hit->why;
	r->rule.at_ms = hit->at_ms;
}

/* A path in the test's directory, relative to it. */
static const char *relative(const struct vt_phase *p, const char *path)
{
	path += strlen(p->dir);
	return path + (*path == '/');
}

static void add_hang(struct vt_phase_report *r, const struct vt_phase *p)
{
	const struct vt_autopsy *a = &p->autopsy;
	if (!a->made)
		return;
	r->hang.silence_ms = a->silence_ms;
	r->hang.processor = a->percent > 0 ? a->percent : 0;
	for (int i = 0; i < VT_AUTOPSY_PARTS; i++) {
		if (!a->parts[i].there && !a->parts[i].why)
			continue;
		struct vt_phase_part *to = vt_record_add(
			&r->hang.parts, &r->hang.n_parts, sizeof(*to));
		to->what = vt_autopsy_name((enum vt_autopsy_what)i);
		to->why = a->parts[i].why;
		if (a->parts[i].there)
			to->see = relative(p, a->files[i]);
	}
}

static void add_answers(struct vt_phase_report *r, const struct vt_phase *p)
{
	const struct vt_answers *all = vt_console_answers(p->console);
	const struct vt_answer *a;
	for (size_t i = 0; (a = vt_answers_at(all, i)); i++) {
		struct vt_phase_answer *to =
			vt_record_add(&r->answers, &r->n_answers, sizeof(*to));
		*to = (struct vt_phase_answer){a->prompt, a->typed};
	}
}

/* After a hit, the report is that of the run which was stored. */
static int write_cached(const struct vt_phase *p, struct vt_err **err)
{
	VT_AUTO_REPORT struct vt_phase_report r = {0};
	const char *text = p->cache.report;
	if (vt_phase_report_parse(&r, p->name, text, strlen(text), err) < 0)
		return -1;
	r.cached = p->cache.since;
	return vt_phase_report_save(&r, p->dir, err);
}

int vt_phase_write_report(const struct vt_phase *p, struct vt_err **err)
{
	if (p->cache.since)
		return write_cached(p, err);
	char started[VT_CLOCK_STAMP];
	struct utsname host = {0};
	uname(&host);
	struct vt_phase_report r = {
		.test = p->test,
		.phase = p->name,
		.exit = p->signal ? 128 + p->signal : (long)p->status,
		.outcome = vt_outcome_name(p->outcome),
		.cause = p->cause,
		.at = p->at,
		.accel = p->accel == VT_ACCEL_AUTO ? NULL
						   : vt_accel_name(p->accel),
		.retried = p->retried,
		.warm = p->warm,
		.qemu = p->qemu_version,
		.host = p->console ? host.release : NULL,
		.started = vt_clock_stamp(started, p->started),
		.ms = vt_now_ms() - p->start_ms,
		.waited_ms = p->waited_ms,
		.channel = p->channel_lines,
		.command = p->command,
		.key = *p->cache.key ? p->cache.key : NULL,
		.output = *p->cache.output ? p->cache.output : NULL,
	};
	if (p->console) {
		add_times(&r, p);
		add_rule(&r, p);
		add_answers(&r, p);
		add_hang(&r, p);
		r.context = p->context;
	}
	int rc = vt_phase_report_save(&r, p->dir, err);
	free(r.answers);
	free(r.hang.parts);
	return rc;
}
