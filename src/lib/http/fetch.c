#include "http/fetch.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/proc.h"
#include "http/fetch_transfer.h"

enum {
	TICK_MS = 200,
	SLOWEST = 1024, /* bytes a second */
};

struct vt_fetch {
	struct vt_fetch_how how;
	CURLM *multi;
	struct vt_sinks *sinks;
	const struct vt_fetch_events *events;
	struct vt_fetch_job *jobs;
	size_t n, next, ended, running;
	struct vt_err *broken; /* the host's fault: all of it ends */
	/* those that wait, run or finish */
	struct vt_fetch_transfer *active[VT_FETCH_JOBS_MAX];
	size_t n_active;
};

static void wake(void *multi)
{
	curl_multi_wakeup(multi);
}

struct vt_fetch *vt_fetch_new(
	const struct vt_fetch_how *how, struct vt_err **err)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT)) {
		vt_err_set(err, VT_HOST, "libcurl cannot be used");
		return NULL;
	}
	struct vt_fetch *f = vt_alloc(sizeof(*f));
	f->how = *how;
	if (f->how.jobs < 1)
		f->how.jobs = 1;
	if (f->how.jobs > VT_FETCH_JOBS_MAX)
		f->how.jobs = VT_FETCH_JOBS_MAX;
	f->multi = curl_multi_init();
	if (!f->multi)
		abort(); /* for lack of memory alone */
	curl_multi_setopt(f->multi, CURLMOPT_MAX_HOST_CONNECTIONS, f->how.jobs);
	curl_multi_setopt(f->multi, CURLMOPT_MAXCONNECTS, f->how.jobs * 2);
	f->sinks = vt_sinks_new((unsigned)f->how.jobs, wake, f->multi);
	return f;
}

void vt_fetch_free(struct vt_fetch *f)
{
	if (!f)
		return;
	vt_sinks_free(f->sinks);
	curl_multi_cleanup(f->multi);
	curl_global_cleanup();
	free(f);
}

void vt_fetch_freep(struct vt_fetch **f)
{
	vt_fetch_free(*f);
}

void vt_fetch_job_clear(struct vt_fetch_job *j)
{
	free(j->etag);
	free(j->modified);
	free(j->trouble);
	vt_err_free(j->err);
	j->etag = j->modified = j->trouble = NULL;
	j->err = NULL;
}

/* The job has ended; the caller's file is its own again. */
static void end(struct vt_fetch *f, struct vt_fetch_transfer *t)
{
	vt_sink_close(t->sink);
	vt_fetch_request_end(t);
	curl_easy_cleanup(t->easy);
	for (size_t i = 0; i < f->n_active; i++)
		if (f->active[i] == t)
			f->active[i] = f->active[--f->n_active];
	free(t);
}

static void complete(struct vt_fetch *f, struct vt_fetch_transfer *t)
{
	struct vt_fetch_job *j = t->job;
	j->from = vt_fetch_url(t);
	end(f, t);
	f->ended++;
	f->events->done(j, f->events->ctx);
}

static void fail(struct vt_fetch *f, struct vt_fetch_transfer *t)
{
	const char *url = vt_fetch_url(t);
	vt_err_set(&t->job->err, VT_HOST, "cannot get '%s' from '%s': %s",
		t->job->name, url, t->why);
	complete(f, t);
}

/* Another attempt, later and elsewhere, or the end. */
static void attempt_failed(
	struct vt_fetch *f, struct vt_fetch_transfer *t, bool refused)
{
	if (vt_fetch_again(t, refused))
		vt_fetch_request_end(t);
	else
		fail(f, t);
}

/* No other job would fare better: each that is given up would be an error of
 * its own, about the same disk. */
static void end_all(
	struct vt_fetch *f, struct vt_fetch_transfer *t, struct vt_err *why)
{
	end(f, t);
	if (f->broken)
		vt_err_free(why);
	else
		f->broken = why;
}

static void disk_failed(
	struct vt_fetch *f, struct vt_fetch_transfer *t, int error)
{
	struct vt_err *why = NULL;
	errno = error;
	vt_err_errno(&why, "cannot write '%s' from '%s'", t->job->name,
		vt_fetch_url(t));
	end_all(f, t, why);
}

/* Whole and hashed: is it what was promised? */
static void judge_sum(struct vt_fetch *f, struct vt_fetch_transfer *t)
{
	struct vt_fetch_job *j = t->job;
	if (!j->sha256 || !strcmp(j->sum, j->sha256)) {
		complete(f, t);
		return;
	}
	t->why = vt_printf("its sha256 is %s, not %s", j->sum, j->sha256);
	t->bad_sums++;
	j->got = 0; /* all of it again */
	attempt_failed(f, t, false);
}

static int start(
	struct vt_fetch *f, struct vt_fetch_transfer *t, struct vt_err **err)
{
	struct vt_fetch_job *j = t->job;
	if (!t->opened) {
		if (f->events->open(j, f->events->ctx, err) < 0)
			return -1;
		j->got = t->best = t->sunk = j->have;
		t->sink = vt_sink_open(f->sinks, j->fd, j->have);
		t->opened = true;
	}
	if (j->sha256 && j->got == j->size) { /* nothing to ask for */
		vt_sink_finish(t->sink, true);
		t->state = FETCH_FINISHING;
		return 0;
	}
	if (vt_fetch_request(t, &f->how) < 0 ||
		curl_multi_add_handle(f->multi, t->easy))
		return vt_err_set(err, VT_HOST, "libcurl cannot get '%s'",
			vt_fetch_url(t));
	t->window_ms = vt_now_ms();
	t->window_bytes = 0;
	t->state = FETCH_RUNNING;
	f->running++;
	return 0;
}

static void start_or_fail(struct vt_fetch *f, struct vt_fetch_transfer *t)
{
	struct vt_err *why = NULL;
	if (start(f, t, &why) == 0)
		return;
	end_all(f, t, why);
}

static void start_due(struct vt_fetch *f)
{
	uint64_t now = vt_now_ms();
	while (f->next < f->n && f->n_active < (size_t)f->how.jobs) {
		struct vt_fetch_transfer *t = vt_alloc(sizeof(*t));
		t->job = &f->jobs[f->next++];
		t->events = f->events;
		f->active[f->n_active++] = t;
	}
	/* from the end: what ends takes itself out of the list */
	for (size_t i = f->n_active; i-- > 0;)
		if (f->active[i]->state == FETCH_WAITING &&
			f->active[i]->due_ms <= now)
			start_or_fail(f, f->active[i]);
}

static void leave(struct vt_fetch *f, struct vt_fetch_transfer *t)
{
	curl_multi_remove_handle(f->multi, t->easy);
	f->running--;
}

static void attempt_ended(
	struct vt_fetch *f, struct vt_fetch_transfer *t, CURLcode code)
{
	enum vt_fetch_verdict v = vt_fetch_judge(t, code);
	leave(f, t);
	int error = vt_sink_error(t->sink);
	if (error) {
		disk_failed(f, t, error);
		return;
	}
	switch (v) {
	case FETCH_UNCHANGED:
		t->job->unchanged = true;
		complete(f, t);
		return;
	case FETCH_WHOLE:
		vt_sink_finish(t->sink, t->job->sha256 != NULL);
		t->state = FETCH_FINISHING;
		return;
	case FETCH_AGAIN:
	case FETCH_REFUSED:
		attempt_failed(f, t, v == FETCH_REFUSED);
	}
}

static void read_messages(struct vt_fetch *f)
{
	int left;
	for (CURLMsg *m; (m = curl_multi_info_read(f->multi, &left));) {
		struct vt_fetch_transfer *t = NULL;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &t);
		attempt_ended(f, t, m->data.result);
	}
}

/* Slower than 1 KiB/s for stall_s seconds: the line is dead or the server
 * plays; another one may do better. */
static void watch(struct vt_fetch *f, struct vt_fetch_transfer *t, uint64_t now)
{
	uint64_t ms = (uint64_t)f->how.stall_s * 1000;
	if (now - t->window_ms < ms)
		return;
	bool slow = t->window_bytes < (uint64_t)f->how.stall_s * SLOWEST;
	t->window_ms = now;
	t->window_bytes = 0;
	if (!slow)
		return;
	leave(f, t);
	free(t->why);
	t->why = vt_printf(
		"it came with less than 1 KiB/s for %ld s", f->how.stall_s);
	attempt_failed(f, t, false);
}

static void look_after(struct vt_fetch *f)
{
	uint64_t now = vt_now_ms();
	for (size_t i = f->n_active; i-- > 0;) {
		struct vt_fetch_transfer *t = f->active[i];
		int error = t->sink ? vt_sink_error(t->sink) : 0;
		if (error && t->state == FETCH_RUNNING)
			leave(f, t);
		if (error)
			disk_failed(f, t, error);
		else if (t->state == FETCH_RUNNING)
			watch(f, t, now);
		else if (t->state == FETCH_FINISHING &&
			 vt_sink_finished(t->sink, t->job->sum))
			judge_sum(f, t);
	}
}

/* Nothing more at once: what came is not kept back from the disk. */
static void flush(struct vt_fetch *f)
{
	for (size_t i = 0; i < f->n_active; i++)
		if (f->active[i]->sink)
			vt_sink_flush(f->active[i]->sink);
}

/* Return: whether a signal came */
static bool wait_for_more(struct vt_fetch *f)
{
	uint64_t now = vt_now_ms();
	int ms = TICK_MS, ready = 0;
	for (size_t i = 0; i < f->n_active; i++) {
		uint64_t due = f->active[i]->due_ms;
		if (f->active[i]->state == FETCH_WAITING &&
			due < now + (uint64_t)ms)
			ms = due > now ? (int)(due - now) : 0;
	}
	if (f->how.signals < 0) {
		curl_multi_poll(f->multi, NULL, 0, ms, &ready);
		return false;
	}
	struct curl_waitfd extra = {
		.fd = f->how.signals, .events = CURL_WAIT_POLLIN};
	curl_multi_poll(f->multi, &extra, 1, 0, &ready);
	if (ready == 0) {
		flush(f);
		curl_multi_poll(f->multi, &extra, 1, ms, &ready);
	}
	return extra.revents != 0;
}

/* Return: -1, for f->broken */
static int break_off(struct vt_fetch *f, struct vt_err **err)
{
	while (f->n_active) {
		struct vt_fetch_transfer *t = f->active[f->n_active - 1];
		if (t->state == FETCH_RUNNING)
			leave(f, t);
		end(f, t);
	}
	if (err)
		*err = f->broken;
	else
		vt_err_free(f->broken);
	f->broken = NULL;
	return -1;
}

/* Return: -1 when the caller breaks it off */
static int tick(struct vt_fetch *f, uint64_t *ticked)
{
	if (!f->events->tick || vt_now_ms() - *ticked < TICK_MS)
		return 0;
	*ticked = vt_now_ms();
	return f->events->tick(f->events->ctx, &f->broken);
}

int vt_fetch_run(struct vt_fetch *f, struct vt_fetch_job *jobs, size_t n,
	const struct vt_fetch_events *events, struct vt_err **err)
{
	uint64_t ticked = vt_now_ms();
	f->jobs = jobs;
	f->n = n;
	f->next = f->ended = 0;
	f->events = events;
	while (f->ended < n) {
		int running;
		start_due(f);
		curl_multi_perform(f->multi, &running);
		read_messages(f);
		look_after(f);
		if (tick(f, &ticked) < 0 || f->broken)
			return break_off(f, err);
		if (f->ended < n && wait_for_more(f)) {
			vt_err_set(&f->broken, VT_HOST, "interrupted");
			return break_off(f, err);
		}
	}
	return 0;
}
