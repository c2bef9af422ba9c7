/* The web server of the install phase: serves a few named documents and files
 * on one address, from the caller's poll loop, without threads.
 *
 *	VT_AUTO_HTTP struct vt_http *http = vt_http_new("127.0.0.1", 0, &err);
 *	VT_AUTO_FREE char *url = vt_http_url(http, "10.0.2.2");
 *	vt_http_serve(http, "user-data", text, len, &err);
 *	vt_http_publish(http, "root/squashfs", "/images/root.squashfs", &err);
 *	for (;;) {
 *		poll(vt_http_fd(http) for POLLIN, ...,
 *			at most vt_http_timeout_ms(http));
 *		vt_http_run(http, &err);    also after a timeout
 *	}
 *
 * On 127.0.0.1, a guest with user-mode networking reaches the server as
 * 10.0.2.2; but so does every other guest and user of this host, and on the
 * address of a bridge everyone on that network. So each URL starts with a
 * random token; other URLs get status 404 and the connection is closed. A few
 * connections may be open without having shown the token, for 15 s; a body must
 * arrive within 2 minutes. Names must match exactly; there are
 * no directories. GET and HEAD are supported, with single ranges.
 *
 * The server owns a copy of each document and an open descriptor of each
 * published file, so that a file is served as it was even when its path is
 * replaced. Requests are counted. A name can accept POST requests instead: each
 * complete body is passed to the caller's function, from vt_http_run(); a body
 * that is too large or incomplete is dropped.
 */
#ifndef VT_HTTP_H
#define VT_HTTP_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct vt_http;

/* Numbers of requests for one name. */
struct vt_http_count {
	unsigned heads; /* HEAD requests */
	unsigned gets;  /* GET requests, also those for a range */
	unsigned whole; /* GET requests that were answered completely */
	unsigned posts; /* complete bodies */
};

/**
 * vt_http_new() - listen on an address; nothing is served yet
 * @address: an IPv4 address of this host
 * @port: 0: the kernel chooses one
 * Errors: VT_HOST, for example when the port is in use
 */
struct vt_http *vt_http_new(
	const char *address, uint16_t port, struct vt_err **err);
/** vt_http_free() - close all connections and stop serving */
void vt_http_free(struct vt_http *http);
void vt_http_freep(struct vt_http **http);
#define VT_AUTO_HTTP __attribute__((cleanup(vt_http_freep)))

/** vt_http_url() - "http://HOST:PORT/TOKEN", the value of PUBURL: the URL of a
 * name is this, a slash and the name
 * Return: owned */
char *vt_http_url(const struct vt_http *http, const char *host);

/**
 * vt_http_serve() - serve a document from memory as a name such as "user-data"
 * Errors: VT_USAGE for an invalid name or one in use; VT_HOST
 */
int vt_http_serve(struct vt_http *http, const char *name, const void *data,
	size_t len, struct vt_err **err);
/**
 * vt_http_publish() - serve a file as a name such as "root/squashfs"
 * Errors: VT_USAGE for an invalid name or one in use, and for a path that does
 *   not exist or is not a regular file
 */
int vt_http_publish(struct vt_http *http, const char *name, const char *path,
	struct vt_err **err);

/**
 * vt_http_serve_open() - serve a short text without the token, at a complete
 * path such as "/MAAS/api/version/": for clients that construct URLs themselves
 */
int vt_http_serve_open(struct vt_http *http, const char *path, const char *text,
	struct vt_err **err);

/* Receiver of the bodies of POST requests. */
struct vt_http_taker {
	size_t max_body; /* larger bodies get status 413 or are cut off */
	/* `body` is NUL-terminated. Return: the status to answer; 200: accepted
	 */
	unsigned (*take)(void *data, const char *body, size_t len);
	void *data;
};
/**
 * vt_http_take() - accept POST requests for a name
 * Errors: as vt_http_serve()
 */
int vt_http_take(struct vt_http *http, const char *name,
	const struct vt_http_taker *taker, struct vt_err **err);

int vt_http_fd(const struct vt_http *http); /* readable: call vt_http_run() */
/** vt_http_timeout_ms() - call vt_http_run() after this time at the latest
 * Return: -1 for no limit */
int vt_http_timeout_ms(const struct vt_http *http);
/** vt_http_run() - handle all pending requests; does not block */
int vt_http_run(struct vt_http *http, struct vt_err **err);

/** vt_http_count() - requests for a name; all zero if it is not served */
struct vt_http_count vt_http_count(
	const struct vt_http *http, const char *name);
/** vt_http_missed() - the first 20 names that were requested with the right
 * token but are not served, each listed once. The text comes from the guest and
 * must be escaped before it is printed. Borrowed */
const struct vt_strv *vt_http_missed(const struct vt_http *http);

#endif
