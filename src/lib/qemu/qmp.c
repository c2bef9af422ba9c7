#include "qemu/qmp.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "base/proc.h"
#include "base/str.h"
#include "data/json.h"

enum {
	MAX_LINE = 8 << 20, /* the reply to query-qmp-schema has 300 KiB */
	MAX_EVENTS = 1000,
	MAX_READS = 16, /* of 64 KiB in one pump; the caller polls others */
};

/* A command whose reply has not arrived yet. */
struct pending {
	json_int_t id;
	vt_qmp_reply *reply;
	void *data;
};

struct vt_qmp {
	int fd;
	bool ready;
	char version[32];
	struct vt_str in;   /* received, not processed */
	size_t scanned;     /* bytes of `in` that contain no newline */
	struct vt_str out;  /* to be sent */
	size_t sent;        /* bytes of `out` already sent */
	struct vt_str held; /* commands to send once QEMU is ready */
	json_int_t last_id;
	struct pending *pending;
	size_t n_pending, cap_pending;
	json_t *events; /* an array, oldest first */
};

struct vt_qmp *vt_qmp_new(int fd)
{
	struct vt_qmp *q = vt_alloc(sizeof(*q));
	q->fd = fd;
	q->events = json_array();
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	return q;
}

const char *vt_qmp_version(const struct vt_qmp *q)
{
	return q->version;
}

void vt_qmp_free(struct vt_qmp *q)
{
	if (!q)
		return;
	vt_closep(&q->fd);
	vt_str_free(&q->in);
	vt_str_free(&q->out);
	vt_str_free(&q->held);
	free(q->pending);
	json_decref(q->events);
	free(q);
}

void vt_qmp_freep(struct vt_qmp **q)
{
	vt_qmp_free(*q);
}

int vt_qmp_fd(const struct vt_qmp *q)
{
	return q->fd;
}

short vt_qmp_poll_events(const struct vt_qmp *q)
{
	return (short)(POLLIN | (q->sent < q->out.len ? POLLOUT : 0));
}

bool vt_qmp_ready(const struct vt_qmp *q)
{
	return q->ready;
}

json_t *vt_qmp_event(struct vt_qmp *q)
{
	json_t *event = json_incref(json_array_get(q->events, 0));
	if (event)
		json_array_remove(q->events, 0);
	return event;
}

static void add_command(struct vt_qmp *q, struct vt_str *to,
	const char *command, json_t *args, vt_qmp_reply *reply, void *data)
{
	if (q->n_pending == q->cap_pending) {
		q->cap_pending = q->cap_pending ? 2 * q->cap_pending : 8;
		q->pending = vt_realloc(
			q->pending, q->cap_pending, sizeof(*q->pending));
	}
	q->pending[q->n_pending++] =
		(struct pending){++q->last_id, reply, data};
	VT_AUTO_JSON json_t *j =
		json_pack("{s:s, s:I}", "execute", command, "id", q->last_id);
	if (args)
		json_object_set_new(j, "arguments", args);
	VT_AUTO_FREE char *text = json_dumps(j, JSON_COMPACT);
	vt_str_add(to, text ? text : "{}");
	vt_str_addc(to, '\n');
}

void vt_qmp_execute(struct vt_qmp *q, const char *command, json_t *args,
	vt_qmp_reply *reply, void *data)
{
	add_command(
		q, q->ready ? &q->out : &q->held, command, args, reply, data);
}

/* The reply to qmp_capabilities: QEMU accepts commands now. */
static void negotiated(void *data, const json_t *ret, const char *error)
{
	struct vt_qmp *q = data;
	(void)error;
	if (!ret)
		return; /* vt_qmp_ready() stays false: the caller times out */
	q->ready = true;
	vt_str_add(&q->out, vt_str_c(&q->held));
	vt_str_free(&q->held);
}

static void answer(struct vt_qmp *q, const json_t *msg)
{
	const json_t *id = json_object_get(msg, "id");
	for (size_t i = 0; json_is_integer(id) && i < q->n_pending; i++) {
		if (q->pending[i].id != json_integer_value(id))
			continue;
		struct pending p = q->pending[i];
		q->n_pending--;
		memmove(&q->pending[i], &q->pending[i + 1],
			(q->n_pending - i) * sizeof(p));
		const char *why =
			vt_json_str(json_object_get(msg, "error"), "desc");
		const json_t *ret = json_object_get(msg, "return");
		if (p.reply)
			p.reply(p.data, ret, ret ? NULL : why ? why : "?");
		return;
	}
}

/* Close the connection and fail all pending commands. */
static void disconnect(struct vt_qmp *q)
{
	vt_closep(&q->fd);
	q->fd = -1;
	while (q->n_pending) {
		struct pending p = q->pending[--q->n_pending];
		if (p.reply)
			p.reply(p.data, NULL, "QEMU closed the connection");
	}
}

static void greet(struct vt_qmp *q, const json_t *greeting)
{
	const json_t *version =
		json_object_get(json_object_get(greeting, "version"), "qemu");
	static const char *const parts[] = {"major", "minor", "micro"};
	int n[VT_COUNT(parts)];
	for (size_t i = 0; i < VT_COUNT(parts); i++)
		n[i] = (int)json_integer_value(
			json_object_get(version, parts[i]));
	if (version)
		snprintf(q->version, sizeof(q->version), "%d.%d.%d", n[0], n[1],
			n[2]);
	add_command(q, &q->out, "qmp_capabilities", NULL, negotiated, q);
}

static int message(
	struct vt_qmp *q, const char *line, size_t len, struct vt_err **err)
{
	while (len && (line[len - 1] == '\r' || line[len - 1] == ' '))
		len--;
	if (!len)
		return 0;
	json_error_t bad;
	VT_AUTO_JSON json_t *msg = json_loadb(line, len, 0, &bad);
	if (!json_is_object(msg))
		return vt_err_set(err, VT_HOST,
			"QEMU sent a message that is not QMP: %s",
			msg ? "not a JSON object" : bad.text);
	if (json_object_get(msg, "QMP"))
		greet(q, json_object_get(msg, "QMP"));
	else if (json_object_get(msg, "event")) {
		/* drop the oldest: the newest say how the guest ended */
		if (json_array_size(q->events) == MAX_EVENTS)
			json_array_remove(q->events, 0);
		json_array_append(q->events, msg);
	} else
		answer(q, msg);
	return 0;
}

/* Process all complete lines of the input. */
static int process_lines(struct vt_qmp *q, struct vt_err **err)
{
	size_t start = 0;
	for (;;) {
		const char *nl = memchr(
			q->in.s + q->scanned, '\n', q->in.len - q->scanned);
		if (!nl)
			break;
		size_t end = (size_t)(nl - q->in.s);
		if (message(q, q->in.s + start, end - start, err) < 0)
			return -1;
		start = q->scanned = end + 1;
	}
	memmove(q->in.s, q->in.s + start, q->in.len - start);
	q->in.len -= start;
	q->in.s[q->in.len] = '\0';
	q->scanned = q->in.len;
	if (q->in.len > MAX_LINE)
		return vt_err_set(err, VT_HOST,
			"QEMU sent a QMP line longer than %d bytes", MAX_LINE);
	return 0;
}

static int send_some(struct vt_qmp *q, struct vt_err **err)
{
	while (q->sent < q->out.len) {
		ssize_t n = send(q->fd, q->out.s + q->sent,
			q->out.len - q->sent, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		/* if closed: what QEMU sent before must still be read */
		if (n < 0 && (errno == EAGAIN || errno == EPIPE ||
				     errno == ECONNRESET))
			return 0;
		if (n < 0)
			return vt_err_errno(err, "cannot write to QEMU (QMP)");
		q->sent += (size_t)n;
	}
	q->out.len = q->sent = 0;
	return 0;
}

int vt_qmp_pump(struct vt_qmp *q, struct vt_err **err)
{
	char buf[65536];
	if (q->fd < 0)
		return 0;
	if (send_some(q, err) < 0)
		return -1;
	for (int i = 0; i < MAX_READS; i++) {
		ssize_t n = recv(q->fd, buf, sizeof(buf), MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			break;
		if (n < 0 && errno != ECONNRESET)
			return vt_err_errno(err, "cannot read from QEMU (QMP)");
		if (n <= 0) {
			disconnect(q);
			return 0;
		}
		vt_str_addn(&q->in, buf, (size_t)n);
		if (process_lines(q, err) < 0)
			return -1;
	}
	return send_some(q, err) < 0 ? -1 : 1; /* qmp_capabilities */
}

struct call {
	bool done;
	json_t *ret;
	char *error;
};

static void called(void *data, const json_t *ret, const char *error)
{
	struct call *c = data;
	c->done = true;
	c->ret = ret ? json_deep_copy(ret) : NULL;
	c->error = vt_strdup(error);
}

/* The caller has given up: its reply must be ignored. */
static void abandon(struct vt_qmp *q, const struct call *c)
{
	for (size_t i = 0; i < q->n_pending; i++)
		if (q->pending[i].data == c)
			q->pending[i].reply = NULL;
}

static int wait_for(struct vt_qmp *q, const struct call *c, int timeout_ms,
	struct vt_err **err)
{
	uint64_t end = vt_now_ms() + (uint64_t)timeout_ms;
	for (;;) {
		int rc = vt_qmp_pump(q, err);
		if (rc < 0 || c->done)
			return rc < 0 ? -1 : 0;
		if (rc == 0)
			return vt_err_set(
				err, VT_HOST, "QEMU closed the connection");
		uint64_t now = vt_now_ms();
		if (now >= end)
			return vt_err_set(err, VT_TIMEOUT,
				"QEMU did not reply within %d ms", timeout_ms);
		struct pollfd p = {q->fd, vt_qmp_poll_events(q), 0};
		if (poll(&p, 1, (int)(end - now)) < 0 && errno != EINTR)
			return vt_err_errno(err, "cannot wait for QEMU");
	}
}

/* Wait for the reply to a command that was queued. */
static int finish(struct vt_qmp *q, struct call *c, const char *command,
	int timeout_ms, json_t **ret, struct vt_err **err)
{
	int rc = wait_for(q, c, timeout_ms, err);
	if (rc < 0)
		abandon(q, c);
	else if (c->error)
		rc = vt_err_set(err, VT_HOST, "%s", c->error);
	if (rc < 0)
		vt_err_wrap(err, "QMP %s", command);
	if (ret)
		*ret = rc == 0 ? json_incref(c->ret) : NULL;
	json_decref(c->ret);
	free(c->error);
	return rc;
}

int vt_qmp_call(struct vt_qmp *q, const char *command, json_t *args,
	int timeout_ms, json_t **ret, struct vt_err **err)
{
	struct call c = {0};
	vt_qmp_execute(q, command, args, called, &c);
	return finish(q, &c, command, timeout_ms, ret, err);
}

/* The descriptor comes with the first byte of a message; QEMU keeps it until
 * the command getfd takes it. */
static int send_with(struct vt_qmp *q, const char *byte, int fd)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = {{0}};
	struct iovec part = {(char *)byte, 1};
	struct msghdr msg = {.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes)};
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(int));
	return sendmsg(q->fd, &msg, MSG_NOSIGNAL) == 1 ? 0 : -1;
}

int vt_qmp_send_fd(struct vt_qmp *q, const char *name, int fd, int timeout_ms,
	struct vt_err **err)
{
	struct call c = {0};
	if (send_some(q, err) < 0)
		return -1;
	/* a command that follows another one may begin with white space */
	if (q->sent < q->out.len || send_with(q, " ", fd) < 0)
		return vt_err_set(
			err, VT_HOST, "cannot give QEMU a descriptor");
	vt_qmp_execute(
		q, "getfd", json_pack("{s:s}", "fdname", name), called, &c);
	return finish(q, &c, "getfd", timeout_ms, NULL, err);
}
