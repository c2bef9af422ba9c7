/* The web server of the install phase: a handful of named documents and files
 * on one address, served from the caller's own poll loop, without threads.
 *
 *	VT_AUTO_HTTP struct vt_http *http = vt_http_new("127.0.0.1", 0, &err);
 *	VT_AUTO_FREE char *url = vt_http_url(http, "10.0.2.2");
 *	vt_http_serve(http, "user-data", text, len, &err);
 *	vt_http_publish(http, "root/squashfs", "/images/root.squashfs", &err);
 *	for (;;) {
 *		poll(vt_http_fd(http) for POLLIN, ...,
 *			at most vt_http_timeout_ms(http));
 *		vt_http_run(http, &err);    also when only the time ran out
 *	}
 *
 * On 127.0.0.1 a guest with user-mode networking reaches it as 10.0.2.2, and so
 * does every other guest and user of this host; on a bridge's address, all who
 * are on that network. So each URL starts with a random token: all else is 404.
 * A name is looked up exactly, there are no directories. GET and HEAD, single
 * ranges.
 *
 * The server owns copies of documents and an open descriptor of each published
 * file, which keep serving what they were when registered, whatever happens to
 * the path. Counters say what was fetched. A name may take the bodies of POST
 * requests instead: each whole one is handed to the caller's function, from
 * vt_http_run(); one that is too large or breaks off never is.
 */
#ifndef VT_HTTP_H
#define VT_HTTP_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct vt_http;

/* What was asked of one name. */
struct vt_http_count {
	unsigned heads; /* HEAD requests */
	unsigned gets;  /* GET requests, those for a range among them */
	unsigned whole; /* of these, answered to the last byte */
	unsigned posts; /* bodies handed over */
};

/**
 * vt_http_new() - listen; nothing is served yet
 * @address: IPv4, of this host
 * @port: 0 for one that the kernel picks
 * Errors: VT_HOST, such as for a port in use
 */
struct vt_http *vt_http_new(
	const char *address, uint16_t port, struct vt_err **err);
/** vt_http_free() - cut all connections */
void vt_http_free(struct vt_http *http);
void vt_http_freep(struct vt_http **http);
#define VT_AUTO_HTTP __attribute__((cleanup(vt_http_freep)))

/** vt_http_url() - "http://HOST:PORT/TOKEN", what PUBURL becomes: a name
 * follows after a slash Return: owned */
char *vt_http_url(const struct vt_http *http, const char *host);

/**
 * vt_http_serve() - a document from memory under a name such as "user-data"
 * Errors: VT_USAGE for a name that is taken or no name; VT_HOST
 */
int vt_http_serve(struct vt_http *http, const char *name, const void *data,
	size_t len, struct vt_err **err);
/**
 * vt_http_publish() - a regular file under a name such as "root/squashfs"
 * Errors: VT_USAGE for a bad name, a missing file or what is no regular file
 */
int vt_http_publish(struct vt_http *http, const char *name, const char *path,
	struct vt_err **err);

/**
 * vt_http_serve_open() - a short text for all, without the token, by its whole
 * path such as "/MAAS/api/version/": for clients that make up URLs of their own
 */
int vt_http_serve_open(struct vt_http *http, const char *path, const char *text,
	struct vt_err **err);

/* What takes the bodies of POST requests. */
struct vt_http_taker {
	size_t max_body; /* bytes; more are refused with 413, or cut off */
	/* NUL-terminated; Return: the status to answer, 200 when it is taken */
	unsigned (*take)(void *data, const char *body, size_t len);
	void *data;
};
/**
 * vt_http_take() - let POST to a name; Errors: as vt_http_serve()
 */
int vt_http_take(struct vt_http *http, const char *name,
	const struct vt_http_taker *taker, struct vt_err **err);

int vt_http_fd(const struct vt_http *http); /* readable: call vt_http_run() */
/** vt_http_timeout_ms() - call vt_http_run() no later than this; -1: never */
int vt_http_timeout_ms(const struct vt_http *http);
/** vt_http_run() - do what can be done without waiting */
int vt_http_run(struct vt_http *http, struct vt_err **err);

/** vt_http_count() - all zero for a name that is not served */
struct vt_http_count vt_http_count(
	const struct vt_http *http, const char *name);
/** vt_http_missed() - names asked for with the right token that are not served,
 * each once, the first 20; text of the guest: print with care */
const struct vt_strv *vt_http_missed(const struct vt_http *http);

#endif
