/* A transfer: the attempts at one download. This part makes the request and
 * checks the response. Private to fetch*.c.
 *
 *	vt_fetch_request(t, how);	then run t->easy with curl
 *	switch (vt_fetch_classify(t, code)) ...
 *	vt_fetch_schedule_retry(t, refused);
 *	vt_fetch_attempt_end(t);
 */
#ifndef VT_FETCH_TRANSFER_H
#define VT_FETCH_TRANSFER_H

#include <curl/curl.h>

#include "http/fetch.h"
#include "http/fetch_sink.h"

enum vt_fetch_state { FETCH_WAITING, FETCH_RUNNING, FETCH_FINISHING };

/* How an attempt ended. */
enum vt_fetch_outcome {
	FETCH_COMPLETE,  /* everything arrived: finish the sink */
	FETCH_UNCHANGED, /* HTTP status 304 */
	FETCH_RETRY,     /* failed; may work later, or at another URL */
	FETCH_REFUSED,   /* failed; retrying the same URL is useless */
};

struct vt_fetch_transfer {
	struct vt_fetch_job *job;
	const struct vt_fetch_events *events;
	struct vt_sink *sink;
	enum vt_fetch_state state;
	bool opened;
	size_t url;        /* index in the job's `urls` */
	size_t refusals;   /* consecutive attempts that were refused */
	unsigned failures; /* attempts since the last one that got further */
	unsigned bad_sums; /* complete downloads with the wrong hash */
	uint64_t best;     /* most bytes that an attempt reached */
	uint64_t written;  /* bytes given to the sink, and `resume_at` */
	uint64_t due_ms;   /* time of the next attempt */
	uint64_t window_ms, window_bytes; /* start and bytes of the period in
					     which a stall is measured */
	/* of the current attempt */
	CURL *easy;
	struct curl_slist *headers;
	bool answered; /* check_response() was called */
	bool refused;  /* `why` will not change at this URL */
	char *why;     /* the reason of the failure; owned; NULL: none */
	char *etag, *modified;
	bool has_range;
	uint64_t range_start, range_total;
	long retry_after_s;
	char curl_error[CURL_ERROR_SIZE];
};

/** vt_fetch_request() - prepare t->easy; Return: 0; -1 when out of memory */
int vt_fetch_request(struct vt_fetch_transfer *t, const struct vt_fetch_how *h);
/** vt_fetch_classify() - the outcome of an attempt, with t->why if it failed */
enum vt_fetch_outcome vt_fetch_classify(
	struct vt_fetch_transfer *t, CURLcode code);
/** vt_fetch_schedule_retry() - after a failed attempt, choose the URL and time
 * of the next one
 * @refused: see FETCH_REFUSED
 * Return: false when the download should be given up */
bool vt_fetch_schedule_retry(struct vt_fetch_transfer *t, bool refused);
/** vt_fetch_attempt_end() - clear the state of the attempt */
void vt_fetch_attempt_end(struct vt_fetch_transfer *t);
const char *vt_fetch_url(const struct vt_fetch_transfer *t);

#endif
