/* host/wire.h: a switch is started, asked and ended, as vt-xkvm will do it. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../tap.h"
#include "base/fs.h"
#include "base/mem.h"
#include "host/wire.h"

enum { LIMIT_MS = 60000 };

static char *tool; /* vt-wire of the same build */
static const struct vt_wire_port pair[] = {
	{"interface0", NULL}, {"peer0", NULL}};

static void find_tool(void)
{
	static const char *const places[] = {
		"../../bin/vt-wire", "../../../../bin/vt-wire"};
	for (size_t i = 0; i < VT_COUNT(places) && !tool; i++) {
		VT_AUTO_FREE char *path = vt_proc_sibling(places[i]);
		tool = vt_fs_exists(path) ? vt_strdup(path) : NULL;
	}
}

static int begin(struct vt_wire *w, const struct vt_wire_port *ports, size_t n,
	const char *capture, struct vt_err **err)
{
	return vt_wire_start(w,
		&(struct vt_wire_plan){.ports = ports,
			.n = n,
			.capture = capture,
			.program = tool},
		err);
}

static bool readable(int fd, int timeout_ms)
{
	struct pollfd p = {fd, POLLIN, 0};
	return poll(&p, 1, timeout_ms) == 1;
}

/* Whether a frame that is sent to one guest's end arrives at another. */
static bool arrives(int from, int at)
{
	char sent[60] = {'\xff'}, got[100];
	return send(from, sent, sizeof(sent), MSG_NOSIGNAL) == sizeof(sent) &&
	       readable(at, LIMIT_MS) &&
	       recv(at, got, sizeof(got), 0) == sizeof(sent) &&
	       !memcmp(sent, got, sizeof(sent));
}

static void whole(const char *dir)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_STR struct vt_str stats = VT_STR_INIT;
	VT_AUTO_FREE char *capture = vt_fs_join(dir, "wire.pcapng");
	static const struct vt_wire_port ports[] = {{"interface0", "a"},
		{"peer0", "a"}, {"interface1", "b"}, {"peer1", "b"}};
	VT_AUTO_WIRE struct vt_wire w = VT_WIRE_INIT;
	is_int(begin(&w, ports, 4, capture, &err), 0, "a switch of four ports");
	ok(arrives(w.guests[0], w.guests[1]), "one segment");
	ok(arrives(w.guests[3], w.guests[2]), "the other");
	is_int(vt_wire_link(&w, "peer0", false, &err), 0, "a link goes down");
	send(w.guests[0], "12345678901234", 14, 0);
	is_int(vt_wire_link(&w, "peer0", true, &err), 0, "and up");
	is_int(vt_wire_link(&w, "none", true, &err), -1, "a port that is none");
	is_str(err ? err->msg : NULL, "link of port 'none': no such port",
		"is an error");
	is_int(vt_wire_stats(&w, &stats, &err), 0, "counters");
	ok(stats.s && strstr(stats.s,
			      "port peer1 segment b link up received 1 "),
		"have the ports");
	ok(stats.s && strstr(stats.s, "\ncapture captured ") &&
			!strstr(stats.s, "ok"),
		"and the capture");
	ok(vt_wire_watch(&w).fd(&w) == w.proc.pidfd, "a supervisor watches it");
	is_int(vt_wire_end(&w, &err), 0, "it ends well");
	ok(w.control == -1 && !w.guests && !w.proc.pid, "and all is freed");
	VT_AUTO_FREE char *text = vt_fs_read(capture, 1 << 20, NULL, &err);
	ok(text && !memcmp(text, "\n\r\r\n", 4), "there is a capture");
}

static void guests_end(void)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_WIRE struct vt_wire w = VT_WIRE_INIT;
	begin(&w, pair, 2, NULL, &err);
	struct vt_watch watch = vt_wire_watch(&w);
	vt_wire_close_guests(&w);
	ok(readable(watch.fd(&w), LIMIT_MS), "without guests it ends");
	is_int(watch.run(&w, &err), 0, "which is no failure");
	is_int(vt_wire_end(&w, &err), 0, "nor at the end");
}

static void killed(void)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_WIRE struct vt_wire w = VT_WIRE_INIT;
	begin(&w, pair, 2, NULL, &err);
	struct vt_watch watch = vt_wire_watch(&w);
	is_int(watch.run(&w, &err), 0, "it runs");
	kill(w.proc.pid, SIGKILL);
	ok(readable(watch.fd(&w), LIMIT_MS), "it is killed");
	is_int(watch.run(&w, &err), -1, "the supervisor is told");
	ok(err && strstr(err->msg,
			  "before the guest: 'vt-wire' failed: killed"),
		"why");
	is_int(vt_wire_link(&w, "peer0", false, &err), -1, "it takes nothing");
	char byte;
	ok(recv(w.guests[0], &byte, 1, 0) == 0, "guests see the end");
	is_int(vt_wire_end(&w, &err), -1, "the end tells it as well");
	is_int(vt_err_status(err), VT_HOST, "the host is at fault");
}

static void refused(void)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_WIRE struct vt_wire w = VT_WIRE_INIT;
	static const struct vt_wire_port twice[] = {{"a", NULL}, {"a", NULL}};
	is_int(begin(&w, twice, 2, NULL, &err), -1, "a name twice");
	ok(err && err->detail && strstr(err->detail, "port 'a' exists"),
		"its output is in the error");
	vt_wire_stop(&w);
	is_int(begin(&w, pair, 2, "/none/x", &err), -1, "a capture nowhere");
	ok(err && err->detail && strstr(err->detail, "/none/x"), "is named");
	vt_wire_stop(&w);
	ok(!vt_wire_watch(&w).data, "what does not run is not watched");
	is_int(vt_wire_start(&w,
		       &(struct vt_wire_plan){
			       .ports = pair, .n = 2, .program = "/none/y"},
		       &err),
		-1, "no such program");
}

/* The parent is killed: the switch ends as well. */
static void orphan(void)
{
	int fds[2], ready;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) < 0)
		return;
	pid_t pid = fork();
	if (pid == 0) {
		struct vt_wire w = VT_WIRE_INIT;
		close(fds[0]);
		if (begin(&w, pair, 2, NULL, NULL) < 0)
			_exit(1);
		if (write(fds[1], &w.proc.pid, sizeof(w.proc.pid)) < 0)
			_exit(1);
		pause();
		_exit(0);
	}
	close(fds[1]);
	pid_t wire = 0;
	ready = (int)read(fds[0], &wire, sizeof(wire));
	ok(ready == (int)sizeof(wire) && kill(wire, 0) == 0, "a switch runs");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	int left = LIMIT_MS;
	for (; left > 0 && kill(wire, 0) == 0; left -= 10)
		usleep(10000);
	ok(left > 0, "and ends when its parent is killed");
	close(fds[0]);
}

int main(void)
{
	VT_AUTO_FREE char *dir = vt_fs_tmpdir("vt-unit", NULL);
	find_tool();
	if (!ok(tool != NULL, "vt-wire is built"))
		return done_testing();
	whole(dir);
	guests_end();
	killed();
	refused();
	orphan();
	vt_fs_rmtree(dir, NULL);
	free(tool);
	return done_testing();
}
