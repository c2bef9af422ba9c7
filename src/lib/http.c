#include "http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fs.h"
#include "http_range.h"
#include "log.h"
#include "mem.h"

enum {
	TOKEN_BYTES = 16,
	TOKEN_LEN = 2 * TOKEN_BYTES,
	MAX_NAME = 255,
	MAX_MISSED = 20,
	MAX_CONNECTIONS = 128,
	MAX_HEADER = 32 * 1024,
	/* strangers may not sit on all connections, */
	IDLE_UNKNOWN_S = 30,
	/* but a guest under TCG may well be silent for a minute */
	IDLE_KNOWN_S = 180,
};

/* A document is a memfd, so that there is one way to serve. */
struct item {
	char *name;
	int fd;
	uint64_t size;
	struct vt_http_count count;
};

struct vt_http {
	struct MHD_Daemon *daemon;
	int epoll_fd;
	uint16_t port;
	char token[TOKEN_LEN + 1];
	struct item *items;
	size_t n_items;
	struct vt_strv missed;
};

/* One request, from its first header to its end. What a POST needs to gather
 * its body belongs here. */
struct request {
	char *name; /* of the item; items may move */
	bool get;
};

static struct item *find(const struct vt_http *http, const char *name)
{
	for (size_t i = 0; i < http->n_items; i++) {
		if (strcmp(http->items[i].name, name) == 0)
			return &http->items[i];
	}
	return NULL;
}

/* The name behind "/TOKEN/", NULL when the token is not ours. The time it
 * takes tells nothing about how much of a token was right. */
static const char *name_in_url(const struct vt_http *http, const char *url)
{
	unsigned wrong = 0;

	if (strlen(url) < TOKEN_LEN + 2 || url[0] != '/' ||
		url[TOKEN_LEN + 1] != '/')
		return NULL;
	for (size_t i = 0; i < TOKEN_LEN; i++)
		wrong |= (unsigned char)(http->token[i] ^ url[i + 1]);
	return wrong ? NULL : url + TOKEN_LEN + 2;
}

static void note_missed(struct vt_http *http, const char *name)
{
	if (http->missed.n < MAX_MISSED && strlen(name) <= MAX_NAME &&
		!vt_strv_has(&http->missed, name))
		vt_strv_add(&http->missed, name);
}

static enum MHD_Result answer_empty(struct MHD_Connection *c, unsigned status,
	const char *header, const char *value)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(
		0, NULL, MHD_RESPMEM_PERSISTENT);

	if (!r)
		return MHD_NO;
	if (header)
		MHD_add_response_header(r, header, value);
	enum MHD_Result rc = MHD_queue_response(c, status, r);
	MHD_destroy_response(r);
	return rc;
}

static const char *header_of(struct MHD_Connection *c, const char *name)
{
	return MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);
}

/* All of an item, or the range of it that was asked for. */
static enum MHD_Result answer_item(
	struct MHD_Connection *c, const struct item *item, bool get)
{
	struct vt_range range = {.length = item->size};
	unsigned status = MHD_HTTP_OK;
	char value[80];

	/* If-Range wants a validator; we give none, so it never holds */
	if (get && !header_of(c, "If-Range"))
		status = vt_range_parse(
			header_of(c, "Range"), item->size, &range);
	if (status == MHD_HTTP_RANGE_NOT_SATISFIABLE) {
		snprintf(value, sizeof(value), "bytes */%llu",
			(unsigned long long)item->size);
		return answer_empty(c, status, "Content-Range", value);
	}
	int fd = fcntl(item->fd, F_DUPFD_CLOEXEC, 0);
	if (fd < 0)
		return MHD_NO;
	struct MHD_Response *r = MHD_create_response_from_fd_at_offset64(
		range.length, fd, range.start); /* owns fd */
	if (!r) {
		close(fd);
		return MHD_NO;
	}
	MHD_add_response_header(r, "Accept-Ranges", "bytes");
	MHD_add_response_header(r, "Content-Type", "application/octet-stream");
	if (status == MHD_HTTP_PARTIAL_CONTENT) {
		snprintf(value, sizeof(value), "bytes %llu-%llu/%llu",
			(unsigned long long)range.start,
			(unsigned long long)(range.start + range.length - 1),
			(unsigned long long)item->size);
		MHD_add_response_header(r, "Content-Range", value);
	}
	enum MHD_Result rc = MHD_queue_response(c, status, r);
	MHD_destroy_response(r);
	return rc;
}

static enum MHD_Result answer(struct vt_http *http, struct MHD_Connection *c,
	struct request *req, const char *url)
{
	const char *name = name_in_url(http, url);
	struct item *item = name ? find(http, name) : NULL;

	if (name)
		MHD_set_connection_option(c, MHD_CONNECTION_OPTION_TIMEOUT,
			(unsigned)IDLE_KNOWN_S);
	if (!item) {
		if (name)
			note_missed(http, name);
		vt_log_debug("web server: 404 for '%s'",
			name ? name : "a URL without the token");
		return answer_empty(c, MHD_HTTP_NOT_FOUND, NULL, NULL);
	}
	vt_log_debug("web server: %s '%s'", req->get ? "GET" : "HEAD", name);
	if (req->get) {
		item->count.gets++;
		req->name = vt_strdup(name);
	} else {
		item->count.heads++;
	}
	return answer_item(c, item, req->get);
}

/* Called once with the headers, then for each piece of a body, then at its
 * end. */
static enum MHD_Result on_request(void *arg, struct MHD_Connection *c,
	const char *url, const char *method, const char *version,
	const char *upload, size_t *upload_len, void **state)
{
	struct vt_http *http = arg;
	struct request *req = *state;
	bool get = strcmp(method, "GET") == 0;

	(void)version;
	(void)upload;
	if (!req) {
		*state = req = vt_alloc(sizeof(*req));
		req->get = get;
		if (get || strcmp(method, "HEAD") == 0)
			return MHD_YES;
		if (!name_in_url(http, url))
			return answer_empty(c, MHD_HTTP_NOT_FOUND, NULL, NULL);
		return answer_empty(
			c, MHD_HTTP_METHOD_NOT_ALLOWED, "Allow", "GET, HEAD");
	}
	if (*upload_len > 0) {
		*upload_len = 0; /* nothing here takes a body */
		return MHD_YES;
	}
	return answer(http, c, req, url);
}

static void on_completed(void *arg, struct MHD_Connection *c, void **state,
	enum MHD_RequestTerminationCode how)
{
	struct request *req = *state;

	(void)c;
	if (!req)
		return;
	struct item *item = req->name ? find(arg, req->name) : NULL;
	if (item && how == MHD_REQUEST_TERMINATED_COMPLETED_OK)
		item->count.whole++;
	free(req->name);
	free(req);
	*state = NULL;
}

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

static int make_token(char token[TOKEN_LEN + 1], struct vt_err **err)
{
	unsigned char raw[TOKEN_BYTES];

	if (getrandom(raw, sizeof(raw), 0) != (ssize_t)sizeof(raw))
		return vt_err_errno(err, "no random token");
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
			"cannot listen on '%s': no IPv4 address", address);
	/* connections of an earlier run may still be around on a given port */
	if (fd < 0 ||
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
		bind(fd, (struct sockaddr *)&a, len) < 0 ||
		listen(fd, MAX_CONNECTIONS) < 0 ||
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
		NULL, NULL, on_request, http,
		/* first, so that it sees the others' complaints */
		MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL,
		MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_NOTIFY_COMPLETED,
		on_completed, http, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)MAX_CONNECTIONS,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_UNKNOWN_S,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MAX_HEADER,
		MHD_OPTION_END);
	if (!http->daemon) {
		vt_err_set(err, VT_HOST, "the web server does not start");
		return NULL;
	}
	fd = -1; /* the daemon's now */
	const union MHD_DaemonInfo *info =
		MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	if (!info) {
		vt_err_set(err, VT_HOST, "the web server has no epoll");
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
	for (size_t i = 0; i < http->n_items; i++) {
		free(http->items[i].name);
		close(http->items[i].fd);
	}
	free(http->items);
	vt_strv_free(&http->missed);
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

/* A name is what a guest can ask for: relative, without tricks that a client
 * would take out of a URL before it asks. */
static int check_name(
	const struct vt_http *http, const char *name, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv parts = VT_STRV_INIT;
	bool bad = strlen(name) > MAX_NAME || strpbrk(name, "?#%\\");

	for (const char *s = name; *s; s++)
		bad |= (unsigned char)*s <= ' ' || *s == 0x7f;
	vt_str_split(name, '/', &parts);
	for (size_t i = 0; i < parts.n; i++)
		bad |= !*parts.v[i] || strcmp(parts.v[i], ".") == 0 ||
		       strcmp(parts.v[i], "..") == 0;
	if (bad || !*name)
		return vt_err_set(err, VT_USAGE,
			"'%.80s' cannot be a published name: use a relative "
			"path of plain characters",
			name);
	if (find(http, name))
		return vt_err_set(
			err, VT_USAGE, "'%s' is published twice", name);
	return 0;
}

static void add_item(
	struct vt_http *http, const char *name, int fd, uint64_t size)
{
	http->items = vt_realloc(
		http->items, http->n_items + 1, sizeof(*http->items));
	http->items[http->n_items++] =
		(struct item){.name = vt_strdup(name), .fd = fd, .size = size};
}

int vt_http_serve(struct vt_http *http, const char *name, const void *data,
	size_t len, struct vt_err **err)
{
	if (check_name(http, name, err) < 0)
		return -1;
	VT_AUTO_CLOSE int fd = memfd_create("vt-http", MFD_CLOEXEC);
	if (fd < 0)
		return vt_err_errno(err, "no memory for '%s'", name);
	if (vt_fs_write_all(fd, data, len, err) < 0)
		return vt_err_wrap(err, "'%s'", name);
	add_item(http, name, fd, len);
	fd = -1;
	return 0;
}

int vt_http_publish(struct vt_http *http, const char *name, const char *path,
	struct vt_err **err)
{
	struct stat st;

	if (check_name(http, name, err) < 0)
		return -1;
	/* no block on a FIFO */
	VT_AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return vt_err_set(err, VT_USAGE, "cannot publish '%s': %s",
			path, strerror(errno));
	if (fstat(fd, &st) < 0)
		return vt_err_errno(err, "'%s'", path);
	if (!S_ISREG(st.st_mode))
		return vt_err_set(err, VT_USAGE,
			"cannot publish '%s': not a regular file", path);
	add_item(http, name, fd, (uint64_t)st.st_size);
	fd = -1;
	return 0;
}

int vt_http_fd(const struct vt_http *http)
{
	return http->epoll_fd;
}

int vt_http_timeout_ms(const struct vt_http *http)
{
	MHD_UNSIGNED_LONG_LONG ms;

	if (MHD_get_timeout(http->daemon, &ms) != MHD_YES)
		return -1;
	return ms > INT_MAX ? INT_MAX : (int)ms;
}

static unsigned connections(const struct vt_http *http)
{
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(
		http->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);

	return info ? info->num_connections : 0;
}

/* When full, the daemon takes the listening socket out of its epoll, and puts
 * it back only at the start of a later run: which nothing would wake, were the
 * last client gone by then. */
static enum MHD_Result run(struct vt_http *http)
{
	bool full = connections(http) >= MAX_CONNECTIONS;
	enum MHD_Result rc = MHD_run(http->daemon);

	return full && rc == MHD_YES ? MHD_run(http->daemon) : rc;
}

int vt_http_run(struct vt_http *http, struct vt_err **err)
{
	const struct timespec now = {0};
	sigset_t sigpipe, old;

	/* sendfile(2), unlike send(2), cannot be told to leave SIGPIPE out
	 * when the client is gone; without it each turn sends 4 kB */
	sigemptyset(&sigpipe);
	sigaddset(&sigpipe, SIGPIPE);
	sigprocmask(SIG_BLOCK, &sigpipe, &old);
	enum MHD_Result rc = run(http);
	while (sigtimedwait(&sigpipe, NULL, &now) == SIGPIPE)
		;
	sigprocmask(SIG_SETMASK, &old, NULL);
	if (rc != MHD_YES)
		return vt_err_set(err, VT_HOST, "the web server stopped");
	return 0;
}

struct vt_http_count vt_http_count(const struct vt_http *http, const char *name)
{
	const struct item *item = find(http, name);

	return item ? item->count : (struct vt_http_count){0};
}

const struct vt_strv *vt_http_missed(const struct vt_http *http)
{
	return &http->missed;
}
