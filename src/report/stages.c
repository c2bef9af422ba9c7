#include "stages.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/fs.h"
#include "base/mem.h"
#include "test/phases.h"

enum { MAX_STEPS = 200, MAX_SILENCES = 50, SILENT_MS = 8000 };

/* What a guest is at between a moment and the next one that is known. */
static const struct {
	int mark;         /* -1: it was started, -2: it was off */
	const char *from; /* what comes after it */
} moments[] = {
	{-1, "firmware"},
	{VT_MARK_KERNEL, "kernel"},
	{VT_MARK_INIT, "systemd"},
	{VT_MARK_CLOUD_INIT, "cloud-init"},
	{VT_MARK_INSTALLER_START, "installer"},
	{VT_MARK_INSTALLER_END, "shutdown"},
	{-2, "finishing"},
};

static uint64_t moment(const struct vt_phase_report *r, int mark)
{
	return mark == -1   ? r->times.power_on
	       : mark == -2 ? r->times.power_off
			    : r->times.marks[mark];
}

static void add(struct stages *s, const char *name, uint64_t from, uint64_t to)
{
	if (to > from && s->n < STAGES_MAX)
		s->v[s->n++] = (struct stage){name, from, to};
}

static void add_stages(struct stages *s, const struct vt_phase_report *r)
{
	uint64_t at = 0, waited = r->waited_ms < r->ms ? r->waited_ms : r->ms;
	const char *name = "preparing";
	/* a phase waits before it starts its machine */
	add(s, "waiting", 0, waited);
	at = waited;
	for (size_t i = 0; i < VT_COUNT(moments); i++) {
		uint64_t next = moment(r, moments[i].mark);
		if (next < at || !next || next > r->ms)
			continue;
		add(s, name, at, next);
		at = next;
		name = moments[i].from;
	}
	if (r->times.power_on)
		add(s, name, at, r->ms);
}

static void add_silences(struct stages *s)
{
	const struct vt_times *t = &s->times;
	for (size_t i = 1; i < t->n && s->n_silences < MAX_SILENCES; i++) {
		if (t->v[i].ms - t->v[i - 1].ms < SILENT_MS)
			continue;
		s->silences = vt_realloc(
			s->silences, s->n_silences + 1, sizeof(*s->silences));
		s->silences[s->n_silences++] = (struct silence){
			t->v[i - 1].ms, t->v[i].ms, t->v[i].offset};
	}
}

int64_t stages_epoch_ms(const char *started)
{
	struct tm tm = {0};
	const char *end =
		started ? strptime(started, "%Y-%m-%dT%H:%M:%SZ", &tm) : NULL;
	return end && !*end ? (int64_t)timegm(&tm) * 1000 : 0;
}

/* How far the guest's clock is from that of the host, in ms: 0 if its first
 * step lies in the phase. */
static int64_t clock_offset(
	struct stages *s, const struct vt_phase_report *r, int64_t epoch)
{
	int64_t first = (int64_t)(s->events.v[0].start * 1000) - epoch;
	uint64_t start = r->times.marks[VT_MARK_INSTALLER_START];
	if (first >= 0 && first <= (int64_t)r->ms)
		return 0;
	s->shifted = true;
	return first - (int64_t)(start ? start : r->times.power_on);
}

static uint64_t clip(int64_t ms, uint64_t max)
{
	return ms < 0 ? 0 : (uint64_t)ms > max ? max : (uint64_t)ms;
}

/* The steps that have not ended when this one starts, and that it is in. */
static unsigned depth_of(const struct stages *s, const struct step *step)
{
	unsigned depth = 0;
	for (size_t i = 0; i < s->n_steps; i++)
		if (s->steps[i].from_ms <= step->from_ms &&
			s->steps[i].to_ms >= step->to_ms &&
			vt_str_starts(step->name, s->steps[i].name) &&
			step->name[strlen(s->steps[i].name)] == '/')
			depth++;
	return depth;
}

static void add_steps(struct stages *s, const struct vt_phase_report *r)
{
	int64_t epoch = stages_epoch_ms(r->started);
	if (!s->events.n || !epoch)
		return;
	int64_t offset = clock_offset(s, r, epoch);
	s->steps = vt_calloc(s->events.n, sizeof(*s->steps));
	for (size_t i = 0; i < s->events.n; i++) {
		const struct vt_step *e = &s->events.v[i];
		int64_t from = (int64_t)(e->start * 1000) - epoch - offset;
		int64_t to = e->ended
				     ? (int64_t)(e->end * 1000) - epoch - offset
				     : (int64_t)r->ms;
		struct step step = {.name = e->name,
			.from_ms = clip(from, r->ms),
			.to_ms = clip(to, r->ms),
			.ended = e->ended,
			.failed = e->failed};
		if (step.to_ms < step.from_ms)
			step.to_ms = step.from_ms;
		step.depth = depth_of(s, &step);
		s->steps[s->n_steps++] = step;
	}
}

/* The first log of the install phase has the installer's events. */
static void read_events(struct stages *s, const char *dir, const char *phase)
{
	const char *const *logs = vt_phases_named("install")->logs;
	if (strcmp(phase, "install") != 0)
		return;
	VT_AUTO_FREE char *path = vt_fs_join(dir, logs[0]);
	vt_steps_read(path, MAX_STEPS, &s->events);
}

void stages_of(const struct vt_phase_report *r, const char *dir, bool steps,
	struct stages *out)
{
	const char *phase = r->phase ? r->phase : "";
	*out = (struct stages){.ms = r->ms};
	add_stages(out, r);
	/* the logs of a name that is no phase are not there */
	if (strchr(phase, '/'))
		return;
	VT_AUTO_FREE char *times = vt_phases_times(dir, phase);
	vt_times_read(times, &out->times);
	add_silences(out);
	if (steps)
		read_events(out, dir, phase);
	add_steps(out, r);
}

void stages_free(struct stages *s)
{
	free(s->silences);
	free(s->steps);
	vt_steps_free(&s->events);
	vt_times_free(&s->times);
	*s = (struct stages){0};
}
