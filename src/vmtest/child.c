#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/proc.h"
#include "base/settings.h"
#include "live.h"
#include "live_page.h"

enum { TICK_MS = 500, GRACE_MS = 60000 };

/* Find the jobserver's descriptors, which a make below us must inherit. */
static size_t jobserver(int fds[2])
{
	const char *flags = getenv("MAKEFLAGS");
	const char *auth = flags ? strstr(flags, "--jobserver-auth=") : NULL;
	if (auth &&
		sscanf(auth, "--jobserver-auth=%d,%d", &fds[0], &fds[1]) == 2 &&
		fds[0] > 2 && fds[1] > 2 && fcntl(fds[0], F_GETFD) >= 0 &&
		fcntl(fds[1], F_GETFD) >= 0)
		return 2;
	return 0;
}

static void take_signal(struct child *c, struct vt_proc *p)
{
	struct signalfd_siginfo info;
	if (read(c->signal_fd, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return;
	if (!c->signal)
		c->signal = (int)info.ssi_signo;
	vt_proc_signal(p, c->signal);
}

/* Return: whether there may be more. */
static bool take_output(int fd, struct live *live)
{
	char buf[65536];
	ssize_t n = read(fd, buf, sizeof(buf));
	if (n > 0)
		live_text(live, buf, (size_t)n);
	return n > 0 || (n < 0 && errno == EINTR);
}

static int watch(struct child *c, struct vt_proc *p, int out, struct live *live,
	struct vt_err **err)
{
	uint64_t deadline = 0;
	for (;;) {
		struct pollfd fds[] = {{.fd = c->signal_fd, .events = POLLIN},
			{.fd = p->pidfd, .events = POLLIN},
			{.fd = out, .events = POLLIN}};
		int tick = live || deadline || c->page ? TICK_MS : -1;
		if (poll(fds, VT_COUNT(fds), tick) < 0 && errno != EINTR)
			return vt_err_errno(err, "cannot wait for make");
		if (fds[0].revents)
			take_signal(c, p);
		if (c->signal && !deadline)
			deadline = vt_now_ms() + GRACE_MS;
		if (deadline && vt_now_ms() > deadline)
			vt_proc_stop(p, 0);
		if (fds[2].revents && !take_output(out, live))
			out = -1;
		if (live)
			live_draw(live);
		if (c->page)
			live_page_tick(c->page);
		/* read all of its output before reaping it */
		if (fds[1].revents && !(out >= 0 && fds[2].revents) &&
			vt_proc_wait(p, 0, err) == 1)
			return vt_proc_status(p);
		if (p->reaped)
			return vt_proc_status(p);
	}
}

int child_run(struct child *c, char *const *argv, const struct vt_strv *names,
	struct vt_err **err)
{
	VT_AUTO_PROC struct vt_proc p = VT_PROC_INIT;
	struct live *live = NULL;
	int jobs[2], ends[2] = {-1, -1};
	struct vt_spawn how = {.argv = argv,
		.out = c->out,
		.keep = jobs,
		.n_keep = jobserver(jobs)};
	if (names && live_possible() && !vt_setting_bool("VERBOSE")) {
		if (pipe2(ends, O_CLOEXEC) < 0)
			return vt_err_errno(err, "cannot create a pipe");
		fcntl(ends[0], F_SETFL, O_NONBLOCK);
		how.out = how.errfd = ends[1];
		live = live_new(c->topdir, names);
	}
	int rc = vt_proc_spawn(&p, &how, err);
	vt_closep(&ends[1]);
	if (rc == 0)
		rc = watch(c, &p, ends[0], live, err);
	vt_closep(&ends[0]);
	live_free(live);
	return rc;
}
