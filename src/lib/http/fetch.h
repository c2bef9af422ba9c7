/* Downloads: many in parallel over few connections, hashed while they arrive,
 * and resumed after an interruption.
 *
 *	struct vt_fetch *f = vt_fetch_new(&(struct vt_fetch_how){...}, err);
 *	struct vt_fetch_job jobs[] = {{.name = ..., .urls = ..., ...}};
 *	if (vt_fetch_run(f, jobs, n, &events, err) < 0) ... a signal came ...
 *	for each job: job->err says whether it failed
 *	vt_fetch_free(f);
 *
 * A job starts with events->open(), which supplies a file, and ends with
 * events->done(): either with job->err, or with a file that is complete, has
 * the expected hash, and is synced to disk.
 *
 * An attempt that ends in a connection reset, a stall, a truncated body, HTTP
 * status 5xx or wrong contents is followed by one at the next of job->urls;
 * after all of them there is a pause, which grows. Only attempts that get no
 * further than earlier ones count towards the limit. Proxies are those of
 * http_proxy, https_proxy and no_proxy, as curl reads them. Redirects from
 * https to http are refused.
 *
 * At any time the file holds a prefix of the document. To resume after a crash,
 * the next job passes its length as `resume_at`, with the validators saved by
 * events->answer().
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
	long jobs;    /* parallel transfers */
	long stall_s; /* an attempt fails when it is slower than 1 KiB/s for
			 this many seconds */
	int signals;  /* a signalfd that ends vt_fetch_run(); -1: none */
};

struct vt_fetch_job {
	/* set by the caller */
	const char *name;   /* for messages */
	char *const *urls;  /* of the document; at least one, then NULL */
	const char *sha256; /* expected; NULL: unknown, and no sync to disk */
	uint64_t size;      /* expected; without sha256 an upper bound */
	unsigned attempts;  /* per URL that get no further, before it fails */
	bool conditional;   /* download only if the validators have changed */
	char *etag;         /* validators, owned by the job: to send, then */
	char *modified;     /* those of the response; NULL: none */
	void *data;         /* for the caller */
	/* set by events->open() */
	int fd;
	uint64_t resume_at; /* length of the prefix that the file has */
	/* progress and result */
	uint64_t got;       /* bytes in the file */
	uint64_t received;  /* bytes that came over the network */
	bool unchanged;     /* conditional, and the server says unchanged */
	const char *url;    /* the one of `urls` that was used last */
	char *first_error;  /* of the first attempt that failed, owned by the
			       job; NULL: none failed */
	char sum[65];       /* sha256 of the file */
	struct vt_err *err; /* owned by the job; NULL: success */
};

/* Functions that vt_fetch_run() calls. */
struct vt_fetch_events {
	/* Set j->fd and j->resume_at. */
	int (*open)(struct vt_fetch_job *j, void *ctx, struct vt_err **err);
	/* A response with the validators in `j` is about to be written; may be
	 * NULL. */
	void (*answer)(struct vt_fetch_job *j, void *ctx);
	void (*done)(struct vt_fetch_job *j, void *ctx);
	/* Called a few times a second; may be NULL. Return: 0; -1 ends the run
	 */
	int (*tick)(void *ctx, struct vt_err **err);
	void *ctx;
};

struct vt_fetch *vt_fetch_new(
	const struct vt_fetch_how *how, struct vt_err **err);
/** vt_fetch_run() - carry out jobs
 * Return: 0 when every job has ended, with success or not; -1 for a signal, for
 *   a file that cannot be opened or written, and when tick() fails: done() is
 *   then not called for the remaining jobs
 * Errors: VT_HOST */
int vt_fetch_run(struct vt_fetch *f, struct vt_fetch_job *jobs, size_t n,
	const struct vt_fetch_events *events, struct vt_err **err);
void vt_fetch_free(struct vt_fetch *f);
void vt_fetch_freep(struct vt_fetch **f);
#define VT_AUTO_FETCH __attribute__((cleanup(vt_fetch_freep)))

/** vt_fetch_job_clear() - free what a job owns */
void vt_fetch_job_clear(struct vt_fetch_job *j);

#endif
