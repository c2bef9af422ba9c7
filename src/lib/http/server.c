#include "http/server.h"

#include <arpa/inet.h>
#include <limits.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "http/server_parts.h"

enum { MAX_HEADER = 32 * 1024 };

static void on_log(void *arg, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));

static void on_log(void *arg, const char *fmt, va_list ap)
{
	char line[256];

	(void)arg;
	vsnprintf(line, sizeof(line), fmt, ap);
	line[strcspn(line, "\r\n")] = '\0';
	vt_log_debug("web server: %s", line);
}

static int make_token(char token[VT_HTTP_TOKEN_LEN + 1], struct vt_err **err)
{
	unsigned char raw[VT_HTTP_TOKEN_BYTES];

	if (getrandom(raw, sizeof(raw), 0) != (ssize_t)sizeof(raw))
		return vt_err_errno(err, "cannot create a random token");
	for (size_t i = 0; i < sizeof(raw); i++)
		snprintf(token + 2 * i, 3, "%02x", raw[i]);
	return 0;
}

static int listen_on(const char *address, uint16_t *port, struct vt_err **err)
{
	struct sockaddr_in a = {
		.sin_family = AF_INET, .sin_port = htons(*port)};
	socklen_t len = sizeof(a);
	const int on = 1;
	VT_AUTO_CLOSE int fd =
		socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (inet_pton(AF_INET, address, &a.sin_addr) != 1)
		return vt_err_set(err, VT_HOST,
			"cannot listen on '%s': not an IPv4 address", address);
	/* SO_REUSEADDR: connections of an earlier run may be in TIME_WAIT */
	if (fd < 0 ||
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
		bind(fd, (struct sockaddr *)&a, len) < 0 ||
		listen(fd, VT_HTTP_MAX_CONNECTIONS) < 0 ||
		getsockname(fd, (struct sockaddr *)&a, &len) < 0)
		return vt_err_errno(
			err, "cannot listen on %s, port %u", address, *port);
	*port = ntohs(a.sin_port);
	int listening = fd;
	fd = -1;
	return listening;
}

struct vt_http *vt_http_new(
	const char *address, uint16_t port, struct vt_err **err)
{
	VT_AUTO_HTTP struct vt_http *http = vt_alloc(sizeof(*http));

	http->epoll_fd = -1;
	http->port = port;
	if (make_token(http->token, err) < 0)
		return NULL;
	VT_AUTO_CLOSE int fd = listen_on(address, &http->port, err);
	if (fd < 0)
		return NULL;
	http->daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_USE_ERROR_LOG, 0,
		NULL, NULL, vt_http_on_request, http,
		/* first, so that it logs errors about the other options */
		MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL,
		MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_NOTIFY_COMPLETED,
		vt_http_on_completed, http, MHD_OPTION_SIGPIPE_HANDLED_BY_APP,
		1, MHD_OPTION_CONNECTION_LIMIT,
		(unsigned)VT_HTTP_MAX_CONNECTIONS, MHD_OPTION_NOTIFY_CONNECTION,
		vt_http_on_connection, http, MHD_OPTION_CONNECTION_TIMEOUT,
		(unsigned)VT_HTTP_UNKNOWN_MS / 1000,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MAX_HEADER,
		MHD_OPTION_END);
	if (!http->daemon) {
		vt_err_set(err, VT_HOST, "cannot start the web server");
		return NULL;
	}
	fd = -1; /* the daemon owns it */
	const union MHD_DaemonInfo *info =
		MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	if (!info) {
		vt_err_set(
			err, VT_HOST, "the web server has no epoll descriptor");
		return NULL;
	}
	http->epoll_fd = info->epoll_fd;
	struct vt_http *done = http;
	http = NULL;
	return done;
}

void vt_http_free(struct vt_http *http)
{
	if (!http)
		return;
	if (http->daemon)
		MHD_stop_daemon(http->daemon);
	vt_http_free_items(http);
	free(http);
}

void vt_http_freep(struct vt_http **http)
{
	vt_http_free(*http);
	*http = NULL;
}

char *vt_http_url(const struct vt_http *http, const char *host)
{
	return vt_printf("http://%s:%u/%s", host, http->port, http->token);
}

int vt_http_fd(const struct vt_http *http)
{
	return http->epoll_fd;
}

int vt_http_timeout_ms(const struct vt_http *http)
{
	MHD_UNSIGNED_LONG_LONG ms;
	int ours = vt_http_deadline_ms(http);

	if (MHD_get_timeout(http->daemon, &ms) != MHD_YES)
		return ours;
	int theirs = ms > INT_MAX ? INT_MAX : (int)ms;
	return ours >= 0 && ours < theirs ? ours : theirs;
}

static unsigned connections(const struct vt_http *http)
{
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(
		http->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);

	return info ? info->num_connections : 0;
}

/* At the connection limit libmicrohttpd removes the listening socket from its
 * epoll set, and adds it again only at the start of a later MHD_run(). If all
 * clients disconnected meanwhile, no event would cause that call, so it is made
 * here at once. */
static enum MHD_Result run(struct vt_http *http)
{
	bool full = connections(http) >= VT_HTTP_MAX_CONNECTIONS;
	enum MHD_Result rc = MHD_run(http->daemon);

	return full && rc == MHD_YES ? MHD_run(http->daemon) : rc;
}

int vt_http_run(struct vt_http *http, struct vt_err **err)
{
	const struct timespec now = {0};
	sigset_t sigpipe, old;

	/* libmicrohttpd uses sendfile(2), which has no MSG_NOSIGNAL: block
	 * SIGPIPE and discard it, for clients that disconnected. (Without
	 * sendfile(2) it would send only 4 kB per call.) */
	sigemptyset(&sigpipe);
	sigaddset(&sigpipe, SIGPIPE);
	sigprocmask(SIG_BLOCK, &sigpipe, &old);
	vt_http_expire(http);
	enum MHD_Result rc = run(http);
	while (sigtimedwait(&sigpipe, NULL, &now) == SIGPIPE)
		;
	sigprocmask(SIG_SETMASK, &old, NULL);
	if (rc != MHD_YES)
		return vt_err_set(err, VT_HOST, "the web server failed");
	return 0;
}
