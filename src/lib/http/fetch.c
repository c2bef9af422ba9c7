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
	STALL_RATE = 1024, /* bytes per second */
};

struct vt_fetch {
	struct vt_fetch_how how;
	CURLM *multi;
	struct vt_sinks *sinks;
	const struct vt_fetch_events *events;
	struct vt_fetch_job *jobs;
	size_t n, next, ended, running;
	struct vt_err *fatal; /* ends the run */
	/* jobs that have started and not ended */
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
		vt_err_set(err, VT_HOST, "cannot start libcurl");
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
		abort(); /* out of memory: the only possible cause */
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
	free(j->first_error);
	vt_err_free(j->err);
	j->etag = j->modified = j->first_error = NULL;
	j->err = NULL;
}

/* Free the transfer of a job; its file belongs to the caller alone again. */
static void end_job(struct vt_fetch *f, struct vt_fetch_transfer *t)
{
	vt_sink_close(t->sink);
	vt_fetch_attempt_end(t);
	curl_easy_cleanup(t->easy);
	for (size_t i = 0; i < f->n_active; i++)
		if (f->active[i] == t)
			f->active[i] = f->active[--f->n_active];
	free(t);
}

static void complete(struct vt_fetch *f, struct vt_fetch_transfer *t)
{
	struct vt_fetch_job *j = t->job;
	j->url = vt_fetch_url(t);
	end_job(f, t);
	f->ended++;
	f->events->done(j, f->events->ctx);
}

static void fail(struct vt_fetch *f, struct vt_fetch_transfer *t)
{
	const char *url = vt_fetch_url(t);
	vt_err_set(&t->job->err, VT_HOST, "cannot download '%s' from '%s': %s",
		t->job->name, url, t->why);
	complete(f, t);
}

/* Schedule another attempt, or give the job up. */
static void attempt_failed(
	struct vt_fetch *f, struct vt_fetch_transfer *t, bool refused)
{
	if (vt_fetch_schedule_retry(t, refused))
		vt_fetch_attempt_end(t);
	else
		fail(f, t);
}

/* End the run with one error. Other jobs would fail in the same way, with an
 * error each about the same disk. */
static void fail_all(
	struct vt_fetch *f, struct vt_fetch_transfer *t, struct vt_err *why)
{
	end_job(f, t);
	if (f->fatal)
		vt_err_free(why);
	else
		f->fatal = why;
}

static void disk_failed(
	struct vt_fetch *f, struct vt_fetch_transfer *t, int error)
{
	struct vt_err *why = NULL;
	errno = error;
	vt_err_errno(&why, "cannot write '%s' from '%s'", t->job->name,
		vt_fetch_url(t));
	fail_all(f, t, why);
}

/* A complete file: compare its hash with the expected one. */
static void check_hash(struct vt_fetch *f, struct vt_fetch_transfer *t)
{
	struct vt_fetch_job *j = t->job;
	if (!j->sha256 || !strcmp(j->sum, j->sha256)) {
		complete(f, t);
		return;
	}
	t->why = vt_printf("sha256 is %s, expected %s", j->sum, j->sha256);
	t->bad_sums++;
	j->got = 0; /* start over */
	attempt_failed(f, t, false);
}

static int start(
	struct vt_fetch *f, struct vt_fetch_transfer *t, struct vt_err **err)
{
	struct vt_fetch_job *j = t->job;
	if (!t->opened) {
		if (f->events->open(j, f->events->ctx, err) < 0)
			return -1;
		j->got = t->best = t->written = j->resume_at;
		t->sink = vt_sink_open(f->sinks, j->fd, j->resume_at);
		t->opened = true;
	}
	if (j->sha256 && j->got == j->size) { /* complete: only check it */
		vt_sink_finish(t->sink, true);
		t->state = FETCH_FINISHING;
		return 0;
	}
	if (vt_fetch_request(t, &f->how) < 0 ||
		curl_multi_add_handle(f->multi, t->easy))
		return vt_err_set(err, VT_HOST, "libcurl cannot request '%s'",
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
	fail_all(f, t, why);
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
	/* from the end, since end_job() removes an entry */
	for (size_t i = f->n_active; i-- > 0;)
		if (f->active[i]->state == FETCH_WAITING &&
			f->active[i]->due_ms <= now)
			start_or_fail(f, f->active[i]);
}

static void stop_transfer(struct vt_fetch *f, struct vt_fetch_transfer *t)
{
	curl_multi_remove_handle(f->multi, t->easy);
	f->running--;
}

static void attempt_ended(
	struct vt_fetch *f, struct vt_fetch_transfer *t, CURLcode code)
{
	enum vt_fetch_outcome outcome = vt_fetch_classify(t, code);
	stop_transfer(f, t);
	int error = vt_sink_error(t->sink);
	if (error) {
		disk_failed(f, t, error);
		return;
	}
	switch (outcome) {
	case FETCH_UNCHANGED:
		t->job->unchanged = true;
		complete(f, t);
		return;
	case FETCH_COMPLETE:
		vt_sink_finish(t->sink, t->job->sha256 != NULL);
		t->state = FETCH_FINISHING;
		return;
	case FETCH_RETRY:
	case FETCH_REFUSED:
		attempt_failed(f, t, outcome == FETCH_REFUSED);
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

/* End an attempt that was slower than 1 KiB/s for stall_s seconds; another
 * connection or server may be faster. */
static void check_stall(
	struct vt_fetch *f, struct vt_fetch_transfer *t, uint64_t now)
{
	uint64_t ms = (uint64_t)f->how.stall_s * 1000;
	if (now - t->window_ms < ms)
		return;
	bool slow = t->window_bytes < (uint64_t)f->how.stall_s * STALL_RATE;
	t->window_ms = now;
	t->window_bytes = 0;
	if (!slow)
		return;
	stop_transfer(f, t);
	free(t->why);
	t->why = vt_printf(
		"transfer was slower than 1 KiB/s for %ld s", f->how.stall_s);
	attempt_failed(f, t, false);
}

static void check_transfers(struct vt_fetch *f)
{
	uint64_t now = vt_now_ms();
	for (size_t i = f->n_active; i-- > 0;) {
		struct vt_fetch_transfer *t = f->active[i];
		int error = t->sink ? vt_sink_error(t->sink) : 0;
		if (error && t->state == FETCH_RUNNING)
			stop_transfer(f, t);
		if (error)
			disk_failed(f, t, error);
		else if (t->state == FETCH_RUNNING)
			check_stall(f, t, now);
		else if (t->state == FETCH_FINISHING &&
			 vt_sink_finished(t->sink, t->job->sum))
			check_hash(f, t);
	}
}

/* Write partly filled buffers to disk while there is no more data. */
static void flush(struct vt_fetch *f)
{
	for (size_t i = 0; i < f->n_active; i++)
		if (f->active[i]->sink)
			vt_sink_flush(f->active[i]->sink);
}

/* Wait for network data, the next retry or a signal.
 * Return: whether a signal came */
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

/* Drop all jobs that have not ended. Return: -1, with f->fatal in *err */
static int abort_all(struct vt_fetch *f, struct vt_err **err)
{
	while (f->n_active) {
		struct vt_fetch_transfer *t = f->active[f->n_active - 1];
		if (t->state == FETCH_RUNNING)
			stop_transfer(f, t);
		end_job(f, t);
	}
	if (err)
		*err = f->fatal;
	else
		vt_err_free(f->fatal);
	f->fatal = NULL;
	return -1;
}

/* Return: -1 when the caller ends the run */
static int tick(struct vt_fetch *f, uint64_t *ticked)
{
	if (!f->events->tick || vt_now_ms() - *ticked < TICK_MS)
		return 0;
	*ticked = vt_now_ms();
	return f->events->tick(f->events->ctx, &f->fatal);
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
		check_transfers(f);
		if (tick(f, &ticked) < 0 || f->fatal)
			return abort_all(f, err);
		if (f->ended < n && wait_for_more(f)) {
			vt_err_set(&f->fatal, VT_HOST, "interrupted");
			return abort_all(f, err);
		}
	}
	return 0;
}
