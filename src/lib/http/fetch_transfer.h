/* One attempt at a download: the request, and what of the answer counts.
 * Private to fetch*.c. */
#ifndef VT_FETCH_TRANSFER_H
#define VT_FETCH_TRANSFER_H

#include <curl/curl.h>

#include "http/fetch.h"
#include "http/fetch_sink.h"

enum vt_fetch_state { FETCH_WAITING, FETCH_RUNNING, FETCH_FINISHING };

/* How an attempt ended. */
enum vt_fetch_verdict {
	FETCH_WHOLE,     /* all of it came: finish the sink */
	FETCH_UNCHANGED, /* 304 */
	FETCH_AGAIN,     /* may work later, or elsewhere */
	FETCH_REFUSED,   /* this server will not change its mind */
};

struct vt_fetch_transfer {
	struct vt_fetch_job *job;
	const struct vt_fetch_events *events;
	struct vt_sink *sink;
	enum vt_fetch_state state;
	bool opened;
	size_t url;        /* which of the job's */
	size_t refusals;   /* urls that refused, one after the other */
	unsigned failures; /* attempts that got no further */
	unsigned bad_sums; /* whole ones that were not what was promised */
	uint64_t best;     /* the furthest that an attempt got */
	uint64_t sunk;     /* bytes that the sink holds */
	uint64_t due_ms;   /* when to try again */
	uint64_t window_ms, window_bytes; /* of the watch for stalls */
	/* of the attempt */
	CURL *easy;
	struct curl_slist *headers;
	bool answered; /* the answer's head was judged */
	bool refused;  /* and `why` is final for this server */
	char *why;     /* why it was broken off by us; owned */
	char *etag, *modified;
	bool has_range;
	uint64_t range_start, range_total;
	long retry_after_s;
	char curl_says[CURL_ERROR_SIZE];
};

/** vt_fetch_request() - prepare t->easy; Return: 0, or -1 for no memory */
int vt_fetch_request(struct vt_fetch_transfer *t, const struct vt_fetch_how *h);
/** vt_fetch_judge() - what the end of an attempt means; t->why says it */
enum vt_fetch_verdict vt_fetch_judge(
	struct vt_fetch_transfer *t, CURLcode code);
/** vt_fetch_again() - shall an attempt that failed be followed by another?
 * @refused: the server will not change its mind
 * Return: t waits for it; or false, it is to be given up */
bool vt_fetch_again(struct vt_fetch_transfer *t, bool refused);
/** vt_fetch_request_end() - forget the attempt */
void vt_fetch_request_end(struct vt_fetch_transfer *t);
const char *vt_fetch_url(const struct vt_fetch_transfer *t);

#endif
