/* What the parts of the web server share; see http.h.
 *
 * http.c is the daemon and its loop, http_items.c what it serves,
 * http_request.c what it answers.
 */
#ifndef VT_HTTP_PARTS_H
#define VT_HTTP_PARTS_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stdint.h>

#include "http/server.h"

enum {
	VT_HTTP_TOKEN_BYTES = 16,
	VT_HTTP_TOKEN_LEN = 2 * VT_HTTP_TOKEN_BYTES,
	VT_HTTP_MAX_NAME = 255,
	VT_HTTP_MAX_CONNECTIONS = 128,
	/* strangers may not sit on all connections, */
	VT_HTTP_IDLE_UNKNOWN_S = 30,
	/* but a guest under TCG may well be silent for a minute */
	VT_HTTP_IDLE_KNOWN_S = 180,
	VT_HTTP_MAX_BODIES = 32 << 20, /* of all requests under way */
};

/* A document is a memfd, so that there is one way to serve. */
struct vt_http_item {
	char *name;
	int fd; /* -1: it takes bodies instead */
	uint64_t size;
	bool open; /* to all, without the token; `name` is the whole path */
	struct vt_http_taker taker;
	struct vt_http_count count;
};

struct vt_http {
	struct MHD_Daemon *daemon;
	int epoll_fd;
	uint16_t port;
	char token[VT_HTTP_TOKEN_LEN + 1];
	struct vt_http_item *items;
	size_t n_items;
	struct vt_strv missed;
	size_t bodies; /* bytes of those under way */
};

/** vt_http_find() - by name, and whether the token is needed; or NULL */
struct vt_http_item *vt_http_find(
	const struct vt_http *http, const char *name, bool open);
void vt_http_note_missed(struct vt_http *http, const char *name);
void vt_http_free_items(struct vt_http *http);

/* For the daemon: called once with the headers, then for each piece of a body,
 * then at its end; and when the answer is out, or the client gone. */
enum MHD_Result vt_http_on_request(void *arg, struct MHD_Connection *c,
	const char *url, const char *method, const char *version,
	const char *upload, size_t *upload_len, void **state);
void vt_http_on_completed(void *arg, struct MHD_Connection *c, void **state,
	enum MHD_RequestTerminationCode how);

#endif
