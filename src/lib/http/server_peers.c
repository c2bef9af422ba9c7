/* The connections of the web server: those that may be closed in favour of
 * others, and until when. libmicrohttpd only has limits for all connections and
 * idle timeouts, with which a client that sends a byte now and then could keep
 * others out. */
#include <stdlib.h>
#include <sys/socket.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/proc.h"
#include "http/server_parts.h"

static struct vt_http_peer *peer_of(struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	return info ? info->socket_context : NULL;
}

/* Have libmicrohttpd close a connection: its next read() or write() fails. */
static void drop(struct vt_http_peer *p, const char *why)
{
	vt_log_debug("web server: connection closed: %s", why);
	p->dropped = true;
	shutdown(p->fd, SHUT_RDWR);
}

static bool is_stranger(const struct vt_http_peer *p)
{
	return !p->known;
}

static bool is_sending_body(const struct vt_http_peer *p)
{
	return p->known && p->body;
}

static bool is_idle(const struct vt_http_peer *p)
{
	return p->known && !p->busy;
}

/* Close the oldest connection of a kind when there are more than `most`.
 * Return: whether one was closed */
static bool limit(struct vt_http *http,
	bool (*is_kind)(const struct vt_http_peer *p), size_t most,
	const char *why)
{
	struct vt_http_peer *oldest = NULL;
	size_t n = 0;
	for (struct vt_http_peer *p = http->peers; p; p = p->next) {
		if (p->dropped || !is_kind(p))
			continue;
		n++;
		if (!oldest || p->since_ms < oldest->since_ms)
			oldest = p;
	}
	if (n <= most)
		return false;
	drop(oldest, why);
	return true;
}

static void add(struct vt_http *http, struct MHD_Connection *c, void **context)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct vt_http_peer *p = vt_alloc(sizeof(*p)), **end = &http->peers;
	*p = (struct vt_http_peer){.fd = info ? info->connect_fd : -1,
		.since_ms = vt_now_ms(),
		.deadline_ms = vt_now_ms() + VT_HTTP_UNKNOWN_MS};
	size_t n = 1;
	for (; *end; end = &(*end)->next)
		n += !(*end)->dropped;
	*end = p;
	*context = p;
	if (!limit(http, is_stranger, VT_HTTP_MAX_UNKNOWN,
		    "too many clients without the token") &&
		n >= VT_HTTP_CROWD && !limit(http, is_stranger, 1, "crowded"))
		limit(http, is_idle, 0, "crowded");
}

static void forget(struct vt_http *http, void **context)
{
	struct vt_http_peer **at = &http->peers;
	while (*at && *at != *context)
		at = &(*at)->next;
	if (*at)
		*at = (*at)->next;
	free(*context);
	*context = NULL;
}

void vt_http_on_connection(void *arg, struct MHD_Connection *c, void **context,
	enum MHD_ConnectionNotificationCode how)
{
	if (how == MHD_CONNECTION_NOTIFY_STARTED)
		add(arg, c, context);
	else
		forget(arg, context);
}

void vt_http_peer_known(struct MHD_Connection *c)
{
	struct vt_http_peer *p = peer_of(c);
	if (!p)
		return;
	if (!p->known)
		MHD_set_connection_option(c, MHD_CONNECTION_OPTION_TIMEOUT,
			(unsigned)VT_HTTP_IDLE_KNOWN_S);
	p->known = p->busy = true;
	p->deadline_ms = 0;
}

void vt_http_peer_body(struct vt_http *http, struct MHD_Connection *c)
{
	struct vt_http_peer *p = peer_of(c);
	if (!p)
		return;
	p->body = true;
	p->since_ms = vt_now_ms();
	p->deadline_ms = p->since_ms + VT_HTTP_BODY_MS;
	limit(http, is_sending_body, VT_HTTP_MAX_POSTS, "too many bodies");
}

void vt_http_peer_idle(struct MHD_Connection *c)
{
	struct vt_http_peer *p = peer_of(c);
	if (!p || !p->known)
		return;
	p->busy = p->body = false;
	p->since_ms = vt_now_ms();
	p->deadline_ms = 0;
}

void vt_http_expire(struct vt_http *http)
{
	uint64_t now = vt_now_ms();
	for (struct vt_http_peer *p = http->peers; p; p = p->next)
		if (!p->dropped && p->deadline_ms && p->deadline_ms <= now)
			drop(p, p->known ? "a body took too long"
					 : "no request with the token");
}

int vt_http_deadline_ms(const struct vt_http *http)
{
	uint64_t now = vt_now_ms(), first = UINT64_MAX;
	for (struct vt_http_peer *p = http->peers; p; p = p->next)
		if (!p->dropped && p->deadline_ms && p->deadline_ms < first)
			first = p->deadline_ms;
	if (first == UINT64_MAX)
		return -1;
	return first > now ? (int)(first - now) : 0;
}
