/* Output that never blocks, and poll(2) that never spins. */
#include "base/outbuf.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/proc.h"
#include "base/str.h"

#include "../tap.h"

enum { LINE = 1000, LINES = 300, KEPT = 100000 };

/* Put more lines than are kept and a pipe holds; then read. */
static void slow_reader(int in, int out, const char *what)
{
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	char line[LINE], buf[65536];
	struct vt_outbuf *o = vt_outbuf_new(out, KEPT);
	memset(line, 'x', LINE);
	line[LINE - 1] = '\n';
	for (int i = 0; i < LINES; i++)
		vt_outbuf_put(o, line, LINE);
	ok(vt_outbuf_fd(o) >= 0, "%s: it has to be polled", what);
	while (vt_outbuf_fd(o) >= 0) {
		ssize_t n = read(in, buf, sizeof(buf));
		vt_str_addn(&text, buf, n > 0 ? (size_t)n : 0);
		vt_outbuf_flush(o);
	}
	vt_outbuf_put(o, "last\n", 5);
	size_t lost = (size_t)vt_outbuf_end(o);
	ssize_t n;
	fcntl(in, F_SETFL, O_NONBLOCK);
	while ((n = read(in, buf, sizeof(buf))) > 0)
		vt_str_addn(&text, buf, (size_t)n);
	VT_AUTO_FREE char *note = vt_printf(
		"\nvt: %zu bytes of output were dropped here, because they "
		"were not read in time\nlast\n",
		lost);
	ok(lost > 0 && lost % LINE == 0, "%s: whole lines are dropped", what);
	is_int((long long)text.len,
		(long long)(LINES * LINE - lost + strlen(note)),
		"nothing else is missing");
	ok(text.len > strlen(note) &&
			!strcmp(text.s + text.len - strlen(note), note),
		"%s: the output says where and how much", what);
	is_int(vt_outbuf_error(o), 0, "no error");
	vt_outbuf_free(o);
}

static void errors(void)
{
	struct vt_outbuf *o = vt_outbuf_new(open("/dev/full", O_WRONLY), KEPT);
	vt_outbuf_put(o, "x", 1);
	is_int(vt_outbuf_error(o), ENOSPC, "a full disk is an error");
	is_int(vt_outbuf_fd(o), -1, "after which there is nothing to write");
	vt_outbuf_free(o);
	o = vt_outbuf_new(99, KEPT);
	vt_outbuf_put(o, "x", 1);
	is_int(vt_outbuf_error(o), EBADF, "a closed descriptor");
	vt_outbuf_free(o);
}

/* poll(2) fails for more descriptors than the process may have. */
static void failing_poll(void)
{
	struct rlimit before, none;
	struct pollfd p[2] = {{-1, 0, 0}, {-1, 0, 0}};
	getrlimit(RLIMIT_NOFILE, &before);
	none = (struct rlimit){0, before.rlim_max};
	if (setrlimit(RLIMIT_NOFILE, &none) < 0)
		return skip("failing poll", "cannot set limits");
	uint64_t began = vt_now_ms();
	ok(vt_poll(p, 2, 1000) < 0 && errno == EINVAL, "poll(2) fails");
	ok(vt_now_ms() - began >= 90, "and takes its time");
	setrlimit(RLIMIT_NOFILE, &before);
}

int main(void)
{
	int ends[2];
	if (pipe(ends) < 0)
		return 1;
	slow_reader(ends[0], ends[1], "pipe");
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0)
		return 1;
	slow_reader(ends[0], ends[1], "socket");
	errors();
	failing_poll();
	return done_testing();
}
