/* Shared by the parts of the web server, see server.h: server.c (daemon and
 * loop), server_items.c (what is served), server_peers.c (connections) and
 * server_request.c (responses).
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
	/* Connections that have not shown the token: anyone on the host can
	 * open them, so they are few, end soon, and are closed first. */
	VT_HTTP_MAX_UNKNOWN = 32,
	VT_HTTP_UNKNOWN_MS = 15000,
	/* Bodies of POST requests that are being received. */
	VT_HTTP_MAX_POSTS = 32,
	VT_HTTP_BODY_MS = 120000,
	/* From here on, idle connections are closed for a new one. */
	VT_HTTP_CROWD = 120,
	/* Without any data; a guest under TCG may be silent for a minute. */
	VT_HTTP_IDLE_KNOWN_S = 180,
	VT_HTTP_MAX_BODIES = 32 << 20, /* bytes, of all pending requests */
};

/* What a name serves. A document is a memfd, so that it is served like a file.
 */
struct vt_http_item {
	char *name;
	int fd; /* -1: accepts POST requests */
	uint64_t size;
	bool open; /* served without the token; `name` is the complete path */
	struct vt_http_taker taker;
	struct vt_http_count count;
};

/* A connection. */
struct vt_http_peer {
	struct vt_http_peer *next;
	int fd;
	bool known;           /* it has shown the token */
	bool busy;            /* in a request or response */
	bool body;            /* in the body of a POST request */
	bool dropped;         /* about to be closed */
	uint64_t since_ms;    /* of its present state */
	uint64_t deadline_ms; /* closed then; 0: no limit */
};

struct vt_http {
	struct MHD_Daemon *daemon;
	int epoll_fd;
	uint16_t port;
	char token[VT_HTTP_TOKEN_LEN + 1];
	struct vt_http_item *items;
	size_t n_items;
	struct vt_strv missed;
	size_t bodies; /* bytes of bodies of pending requests */
	struct vt_http_peer *peers;
};

/** vt_http_find() - find an item by name
 * @open: among those that need no token
 * Return: NULL: none */
struct vt_http_item *vt_http_find(
	const struct vt_http *http, const char *name, bool open);
void vt_http_note_missed(struct vt_http *http, const char *name);
void vt_http_free_items(struct vt_http *http);

/** vt_http_peer_known() - a request with the token begins */
void vt_http_peer_known(struct MHD_Connection *c);
/** vt_http_peer_body() - an accepted body begins */
void vt_http_peer_body(struct vt_http *http, struct MHD_Connection *c);
/** vt_http_peer_idle() - a request has ended */
void vt_http_peer_idle(struct MHD_Connection *c);
/** vt_http_expire() - close connections whose deadline has passed */
void vt_http_expire(struct vt_http *http);
/** vt_http_deadline_ms() - time until the next deadline; -1: none */
int vt_http_deadline_ms(const struct vt_http *http);

/* Callback of libmicrohttpd, for each connection at its start and end. */
void vt_http_on_connection(void *arg, struct MHD_Connection *c, void **context,
	enum MHD_ConnectionNotificationCode how);

/* Callbacks of libmicrohttpd. vt_http_on_request() is called with the headers,
 * then for each piece of the body, then at its end; vt_http_on_completed() when
 * the response was sent or the client disconnected. */
enum MHD_Result vt_http_on_request(void *arg, struct MHD_Connection *c,
	const char *url, const char *method, const char *version,
	const char *upload, size_t *upload_len, void **state);
void vt_http_on_completed(void *arg, struct MHD_Connection *c, void **state,
	enum MHD_RequestTerminationCode how);

#endif
