/* Shared by the parts of the web server, see server.h: server.c (daemon and
 * loop), server_items.c (what is served) and server_request.c (responses).
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
	/* Idle timeouts. Short before the token was seen, so that others cannot
	 * occupy all connections; */
	VT_HTTP_IDLE_UNKNOWN_S = 30,
	/* longer after it, since a guest under TCG may be silent for a minute.
	 */
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

struct vt_http {
	struct MHD_Daemon *daemon;
	int epoll_fd;
	uint16_t port;
	char token[VT_HTTP_TOKEN_LEN + 1];
	struct vt_http_item *items;
	size_t n_items;
	struct vt_strv missed;
	size_t bodies; /* bytes of bodies of pending requests */
};

/** vt_http_find() - find an item by name
 * @open: among those that need no token
 * Return: NULL: none */
struct vt_http_item *vt_http_find(
	const struct vt_http *http, const char *name, bool open);
void vt_http_note_missed(struct vt_http *http, const char *name);
void vt_http_free_items(struct vt_http *http);

/* Callbacks of libmicrohttpd. vt_http_on_request() is called with the headers,
 * then for each piece of the body, then at its end; vt_http_on_completed() when
 * the response was sent or the client disconnected. */
enum MHD_Result vt_http_on_request(void *arg, struct MHD_Connection *c,
	const char *url, const char *method, const char *version,
	const char *upload, size_t *upload_len, void **state);
void vt_http_on_completed(void *arg, struct MHD_Connection *c, void **state,
	enum MHD_RequestTerminationCode how);

#endif
