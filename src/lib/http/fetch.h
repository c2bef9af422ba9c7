/* Downloads: many at once over few connections, checked while they arrive,
 * resumed where they broke off.
 *
 *	struct vt_fetch *f = vt_fetch_new(&(struct vt_fetch_how){...}, err);
 *	struct vt_fetch_job jobs[] = {{.name = ..., .urls = ..., ...}};
 *	if (vt_fetch_run(f, jobs, n, &events, err) < 0) ... a signal came ...
 *	for each job: job->err says whether it failed
 *	vt_fetch_free(f);
 *
 * A job starts when events->open() gives it a file; it ends by events->done(),
 * with job->err, or with a file that is whole, of the right sum, and synced.
 * Resets, stalls, truncated bodies, answers of 5xx and contents that are not
 * what was promised are tried again, at the next of job->urls and, when all
 *were tried, after ever longer pauses; so long as each attempt gets further
 *than all before it there is no end to the patience. Proxies: http_proxy,
 *https_proxy, no_proxy, as curl reads them. From https there is no redirect to
 *http.
 *
 * The file holds, at any instant, a start of the document: after a crash the
 * next job passes its length as `have` and the validators of then.
 */
#ifndef VT_FETCH_H
#define VT_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { VT_FETCH_JOBS_MAX = 64 };

struct vt_fetch;

struct vt_fetch_how {
	long jobs;    /* transfers at once */
	long stall_s; /* without 1 KiB/s for so long, it is tried again */
	int signals;  /* a signalfd that ends it; -1: none */
};

struct vt_fetch_job {
	/* what to fetch: set by the caller */
	const char *name;   /* for messages */
	char *const *urls;  /* where it is; NULL-terminated, one at least */
	const char *sha256; /* of all of it; NULL: not known, not synced */
	uint64_t size;      /* of all of it; without sha256 a bound */
	unsigned attempts; /* at each url that get no further, until it fails */
	bool conditional;  /* is it still what the validators say? */
	char *etag;        /* owned by the job, and replaced by those of the */
	char *modified;    /* answer; NULL: none. If-Range when `have` */
	void *data;        /* the caller's */
	/* set by events->open() */
	int fd;
	uint64_t have;
	/* how it goes, and ended */
	uint64_t got;       /* bytes that the file holds */
	uint64_t received;  /* bytes that came over the network */
	bool unchanged;     /* a conditional one, and the server says yes */
	const char *from;   /* which of the urls it ended with */
	char *trouble;      /* what failed first, NULL: nothing; owned by it */
	char sum[65];       /* the sha256 it has */
	struct vt_err *err; /* owned by the job */
};

struct vt_fetch_events {
	int (*open)(struct vt_fetch_job *j, void *ctx, struct vt_err **err);
	void (*answer)(struct vt_fetch_job *j, void *ctx); /* bytes will come,
		with these validators; may be NULL */
	void (*done)(struct vt_fetch_job *j, void *ctx);
	/* some times a second; may be NULL. Return: 0; -1 ends it all */
	int (*tick)(void *ctx, struct vt_err **err);
	void *ctx;
};

struct vt_fetch *vt_fetch_new(
	const struct vt_fetch_how *how, struct vt_err **err);
/** vt_fetch_run()
 * Return: 0 when every job has ended, well or not; -1 for a signal, for files
 *   that cannot be opened or written, and when tick() says so: jobs that had
 *   not ended are not done()
 * Errors: VT_HOST */
int vt_fetch_run(struct vt_fetch *f, struct vt_fetch_job *jobs, size_t n,
	const struct vt_fetch_events *events, struct vt_err **err);
void vt_fetch_free(struct vt_fetch *f);
void vt_fetch_freep(struct vt_fetch **f);
#define VT_AUTO_FETCH __attribute__((cleanup(vt_fetch_freep)))

/** vt_fetch_job_clear() - what a job owns */
void vt_fetch_job_clear(struct vt_fetch_job *j);

#endif
