/* The QMP client, with the test playing QEMU at the other end of a socket
 * pair. */
#include "qemu/qmp.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/proc.h"
#include "data/json.h"

#include "../tap.h"

static int peer; /* QEMU's end */

static struct vt_qmp *start(void)
{
	int fds[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
		abort();
	peer = fds[1];
	return vt_qmp_new(fds[0]);
}

static void stop(struct vt_qmp *q)
{
	vt_qmp_free(q);
	close(peer);
}

static void send_text(const char *s)
{
	for (size_t len = strlen(s); len;) {
		ssize_t n = write(peer, s, len);
		if (n < 0)
			abort();
		s += n;
		len -= (size_t)n;
	}
}

/* Return: what the client has sent since the last call */
static const char *received(void)
{
	static char buf[65536];
	ssize_t n = recv(peer, buf, sizeof(buf) - 1, MSG_DONTWAIT);
	buf[n > 0 ? n : 0] = '\0';
	return buf;
}

static const char greeting[] =
	"{\"QMP\": {\"version\": {}, \"capabilities\": [\"oob\"]}}\r\n";

static struct vt_qmp *ready(void)
{
	struct vt_qmp *q = start();
	send_text(greeting);
	vt_qmp_pump(q, NULL);
	received();
	send_text("{\"return\": {}, \"id\": 1}\r\n");
	vt_qmp_pump(q, NULL);
	return q;
}

struct got {
	int calls;
	bool ok;
	char error[100];
	json_int_t number;
};

static void reply(void *data, const json_t *ret, const char *error)
{
	struct got *g = data;
	g->calls++;
	g->ok = ret != NULL;
	g->number = json_integer_value(json_object_get(ret, "number"));
	snprintf(g->error, sizeof(g->error), "%s", error ? error : "");
}

static void negotiates(void)
{
	struct vt_qmp *q = start();
	struct got g = {0};
	is_int(vt_qmp_pump(q, NULL), 1, "pump does not wait for input");
	vt_qmp_execute(q, "query-status", NULL, reply, &g);
	vt_qmp_pump(q, NULL);
	is_str(received(), "", "a command waits for the greeting");
	send_text("{\"QMP\": {\"ver");
	vt_qmp_pump(q, NULL);
	ok(!vt_qmp_ready(q), "half a greeting is not enough");
	send_text("sion\": {\"qemu\": {\"micro\": 22, \"major\": 7, "
		  "\"minor\": 2}}}}\r\n");
	vt_qmp_pump(q, NULL);
	ok(strstr(received(), "\"qmp_capabilities\"") != NULL,
		"the greeting is answered");
	is_str(vt_qmp_version(q), "7.2.22", "and has QEMU's version");
	ok(!vt_qmp_ready(q), "not ready before QEMU's reply");
	send_text("{\"return\": {}, \"id\": 2}\n");
	vt_qmp_pump(q, NULL);
	ok(vt_qmp_ready(q), "ready after it");
	ok(strstr(received(), "\"query-status\"") != NULL,
		"the command that waited is sent");
	send_text("{\"return\": {\"number\": 7}, \"id\": 1}\n");
	vt_qmp_pump(q, NULL);
	ok(g.calls == 1 && g.ok && g.number == 7,
		"its callback gets the reply");
	stop(q);
}

static void answers(void)
{
	struct vt_qmp *q = ready();
	struct got a = {0}, b = {0};
	vt_qmp_execute(q, "a", json_pack("{s:s}", "x", "\"y\n"), reply, &a);
	vt_qmp_execute(q, "b", NULL, reply, &b);
	vt_qmp_pump(q, NULL);
	const char *sent = received();
	ok(strstr(sent, "\"arguments\":{\"x\":\"\\\"y\\n\"}") != NULL,
		"arguments are JSON on one line");
	send_text(
		"{\"return\": {\"number\": 2}, \"id\": 3}\n"
		"{\"id\": 77, \"return\": {}}\n{\"id\": \"x\", \"return\": "
		"{}}\n"
		"{\"error\": {\"class\": \"GenericError\", \"desc\": \"no\"}, "
		"\"id\": 2}\n");
	is_int(vt_qmp_pump(q, NULL), 1, "unknown ids are ignored");
	ok(b.calls == 1 && b.number == 2, "replies go by id, not by order");
	ok(a.calls == 1 && !a.ok, "the callback gets an error");
	is_str(a.error, "no", "with QEMU's message");
	vt_qmp_execute(q, "c", NULL, reply, &a);
	close(peer);
	peer = -1;
	is_int(vt_qmp_pump(q, NULL), 0, "pump reports a closed connection");
	is_int(a.calls, 2, "pending commands fail");
	is_int(vt_qmp_fd(q), -1, "there is no descriptor to poll any more");
	VT_AUTO_ERR struct vt_err *err = NULL;
	ok(vt_qmp_call(q, "d", NULL, 1000, NULL, &err) < 0 &&
			vt_err_status(err) == VT_HOST,
		"a later call fails at once");
	vt_qmp_free(q);
}

static void events(void)
{
	struct vt_qmp *q = ready();
	send_text("{\"event\": \"STOP\", \"timestamp\": {}}\n"
		  "{\"event\": \"SHUTDOWN\", \"data\": {\"reason\": \"x\"}}\n");
	vt_qmp_pump(q, NULL);
	VT_AUTO_JSON json_t *one = vt_qmp_event(q), *two = vt_qmp_event(q);
	is_str(json_string_value(json_object_get(one, "event")), "STOP",
		"events come in order");
	is_str(json_string_value(json_object_get(two, "event")), "SHUTDOWN",
		"one by one");
	ok(vt_qmp_event(q) == NULL, "NULL after the last");
	for (int i = 0; i < 3000; i++) {
		char line[64];
		snprintf(line, sizeof(line), "{\"event\": \"E%d\"}\n", i);
		send_text(line);
		vt_qmp_pump(q, NULL);
	}
	int n = 0;
	VT_AUTO_JSON json_t *last = NULL;
	for (json_t *e; (e = vt_qmp_event(q)); n++) {
		json_decref(last);
		last = e;
	}
	ok(n == 1000, "the queue of events is limited");
	is_str(json_string_value(json_object_get(last, "event")), "E2999",
		"the queue keeps the newest");
	stop(q);
}

static void calls(void)
{
	struct vt_qmp *q = ready();
	VT_AUTO_ERR struct vt_err *err = NULL;
	json_t *ret = NULL;
	send_text("{\"event\": \"E\"}\n{\"return\": {\"number\": 5}, \"id\": "
		  "2}\n");
	is_int(vt_qmp_call(q, "x", NULL, 1000, &ret, &err), 0, "call");
	is_int(json_integer_value(json_object_get(ret, "number")), 5,
		"returns the value");
	json_decref(ret);
	uint64_t before = vt_now_ms();
	int rc = vt_qmp_call(q, "slow", NULL, 100, NULL, &err);
	uint64_t took = vt_now_ms() - before;
	ok(rc < 0 && vt_err_status(err) == VT_TIMEOUT, "a call times out");
	ok(took >= 100 && took < 5000, "in time (%d ms)", (int)took);
	send_text("{\"return\": {}, \"id\": 3}\n");
	is_int(vt_qmp_pump(q, NULL), 1, "a late reply is ignored");
	struct vt_err *no = NULL;
	send_text("{\"error\": {\"desc\": \"not now\"}, \"id\": 4}\n");
	ok(vt_qmp_call(q, "eject", NULL, 1000, NULL, &no) < 0, "refusal");
	is_str(no ? no->msg : NULL, "QMP eject: not now",
		"the error names command and reason");
	vt_err_free(no);
	VT_AUTO_JSON json_t *e = vt_qmp_event(q);
	ok(e != NULL, "an event that arrived meanwhile is kept");
	stop(q);
}

/* Return: a descriptor that came with the last bytes; -1: none */
static int received_fd(char *text, size_t size)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec part = {text, size - 1};
	struct msghdr msg = {.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes)};
	int fd = -1;
	ssize_t n = recvmsg(peer, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	text[n > 0 ? n : 0] = '\0';
	struct cmsghdr *c = n > 0 ? CMSG_FIRSTHDR(&msg) : NULL;
	if (c && c->cmsg_type == SCM_RIGHTS)
		memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	return fd;
}

static void descriptors(void)
{
	struct vt_qmp *q = ready();
	char text[1000], back[4] = "";
	int ends[2];
	if (pipe(ends) < 0)
		abort();
	received();
	send_text("{\"return\": {}, \"id\": 2}\n");
	is_int(vt_qmp_send_fd(q, "state", ends[1], 1000, NULL), 0,
		"a descriptor is sent");
	int fd = received_fd(text, sizeof(text));
	ok(fd >= 0 && write(fd, "abc", 3) == 3 && read(ends[0], back, 3) == 3,
		"it arrives");
	is_str(back, "abc", "it is that one");
	const char *rest = text[0] == ' ' && text[1] ? text + 1 : received();
	ok(strstr(rest, "\"getfd\"") && strstr(rest, "\"state\""),
		"then the command that takes it");
	send_text("{\"error\": {\"desc\": \"no\"}, \"id\": 3}\n");
	ok(vt_qmp_send_fd(q, "state", ends[1], 1000, NULL) < 0, "refusal");
	close(fd);
	close(ends[0]);
	close(ends[1]);
	stop(q);
}

static int pump_error(const char *what)
{
	struct vt_qmp *q = ready();
	VT_AUTO_ERR struct vt_err *err = NULL;
	send_text(what);
	int rc = vt_qmp_pump(q, &err);
	if (rc < 0 && vt_err_status(err) != VT_HOST)
		rc = -2;
	stop(q);
	return rc;
}

static void hostile(void)
{
	is_int(pump_error("not JSON\n"), -1, "a line that is not JSON: error");
	is_int(pump_error("[1]\n"), -1, "JSON that is not an object: error");
	is_int(pump_error("{\"return\": {}}\n\r\n \n{}\n"), 1,
		"empty lines and empty objects are ignored");
	is_int(pump_error("{\"event\": 5}\n{\"id\": {}}\n"), 1,
		"values of wrong types are ignored");
	/* a line without an end */
	struct vt_qmp *q = ready();
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_FREE char *junk = vt_alloc(60001);
	memset(junk, 'x', 60000);
	int rc = 1, n = 0;
	for (; rc == 1 && n < 1000; n++) {
		send_text(junk);
		rc = vt_qmp_pump(q, &err);
	}
	ok(rc < 0 && n > 100 && n < 200, "a line without an end: error");
	stop(q);
}

int main(void)
{
	negotiates();
	answers();
	events();
	calls();
	descriptors();
	hostile();
	return done_testing();
}
