#include "base/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/contain.h"
#include "base/mem.h"

uint64_t vt_now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

int vt_poll(struct pollfd *p, size_t n, int timeout_ms)
{
	enum { PAUSE_MS = 100 };
	int rc = poll(p, n, timeout_ms);
	if (rc >= 0 || errno == EINTR)
		return rc;
	int saved = errno;
	usleep(1000 * (timeout_ms >= 0 && timeout_ms < PAUSE_MS
				      ? (useconds_t)timeout_ms
				      : PAUSE_MS));
	errno = saved;
	return rc;
}

/* Whether make started this process and ended before main() ran. The parent is
 * then init, or a subreaper, which belongs to another session. */
static bool make_has_ended(pid_t parent)
{
	char comm[8] = "";
	pid_t ours = getsid(0);
	if (!getenv("MAKELEVEL") || parent == 0)
		return false;
	if (parent != 1)
		return ours != getpid() && getsid(parent) != ours;
	/* in a container make may be process 1 */
	VT_AUTO_CLOSE int fd = open("/proc/1/comm", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, comm, sizeof(comm) - 1);
	return n <= 0 || strcmp(comm, "make\n") != 0;
}

void vt_proc_die_with_parent(void)
{
	pid_t parent = getppid();
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	/* it may have ended before prctl() */
	if (getppid() != parent || make_has_ended(parent))
		raise(SIGTERM);
}

void vt_signals_die(int sig)
{
	sigset_t one;
	sigemptyset(&one);
	sigaddset(&one, sig);
	signal(sig, SIG_DFL);
	raise(sig);
	sigprocmask(SIG_UNBLOCK, &one, NULL);
}

void vt_crash_test(const char *place)
{
	const char *where = getenv("VT_TEST_CRASH");
	if (where && !strcmp(where, place))
		kill(getpid(), SIGKILL);
}

const int vt_end_signals[] = {SIGINT, SIGTERM, SIGHUP, 0};

int vt_signals_block(struct vt_err **err)
{
	sigset_t set;
	sigemptyset(&set);
	for (const int *s = vt_end_signals; *s; s++)
		sigaddset(&set, *s);
	sigprocmask(SIG_BLOCK, &set, NULL);
	int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? vt_err_errno(err, "cannot create a signalfd") : fd;
}

/* The child's part, between fork() and exec(). On failure it writes errno to
 * `report`. */
static void child(
	const struct vt_spawn *how, pid_t parent, int null, int report)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	setpgid(0, 0);
	sigset_t none;
	sigemptyset(&none);
	for (int s = 1; s < NSIG; s++)
		signal(s, SIG_DFL);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* Duplicate all first: dup2() to 0, 1 or 2 might otherwise overwrite a
	 * descriptor that is still needed. */
	int in = fcntl(how->in ? how->in : null, F_DUPFD_CLOEXEC, 3);
	int out = how->out ? fcntl(how->out, F_DUPFD_CLOEXEC, 3) : -1;
	int errfd = how->errfd ? fcntl(how->errfd, F_DUPFD_CLOEXEC, 3) : -1;
	if (in < 0 || dup2(in, 0) < 0 || (how->out && dup2(out, 1) < 0) ||
		(how->errfd && dup2(errfd, 2) < 0))
		goto fail;
	for (size_t i = 0; i < how->n_keep; i++)
		if (fcntl(how->keep[i], F_SETFD, 0) < 0)
			goto fail;
	if (how->cwd && chdir(how->cwd) < 0)
		goto fail;
	for (char *const *e = how->env; e && *e; e++)
		putenv(*e);
	if (!how->contain || vt_contain() == 0)
		execvp(how->argv[0], how->argv);
fail:;
	int e = errno;
	ssize_t n = write(report, &e, sizeof(e));
	(void)n;
	_exit(127);
}

int vt_proc_spawn(
	struct vt_proc *p, const struct vt_spawn *how, struct vt_err **err)
{
	*p = (struct vt_proc)VT_PROC_INIT;
	int report[2];
	if (pipe2(report, O_CLOEXEC) < 0)
		return vt_err_errno(err, "cannot start '%s'", how->argv[0]);
	VT_AUTO_CLOSE int rd = report[0];
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	pid_t parent = getpid();
	pid_t pid = null < 0 ? -1 : fork();
	if (pid == 0)
		child(how, parent, null, report[1]);
	vt_closep(&null);
	close(report[1]);
	if (pid < 0)
		return vt_err_errno(err, "cannot start '%s'", how->argv[0]);
	/* the child does the same: whichever runs first */
	setpgid(pid, pid);
	int e = 0;
	ssize_t n;
	do
		n = read(rd, &e, sizeof(e));
	while (n < 0 && errno == EINTR);
	if (n == (ssize_t)sizeof(e)) {
		waitpid(pid, NULL, 0);
		errno = e;
		return vt_err_errno(err, "cannot run '%s'", how->argv[0]);
	}
	p->pid = pid;
	p->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (p->pidfd < 0) {
		vt_err_errno(err, "cannot open a pidfd for '%s'", how->argv[0]);
		vt_proc_stop(p, 0);
		return -1;
	}
	fcntl(p->pidfd, F_SETFD, FD_CLOEXEC);
	return 0;
}

/* @options: WNOHANG or 0. Return: whether it has ended */
static bool reap(struct vt_proc *p, int options)
{
	pid_t pid;
	if (p->reaped)
		return true;
	do
		pid = waitpid(p->pid, &p->status, options);
	while (pid < 0 && errno == EINTR);
	if (pid == 0)
		return false;
	p->reaped = true;
	vt_closep(&p->pidfd);
	p->pidfd = -1;
	return true;
}

int vt_proc_wait(struct vt_proc *p, int timeout_ms, struct vt_err **err)
{
	if (p->reaped || reap(p, WNOHANG))
		return 1;
	if (timeout_ms == 0)
		return 0;
	uint64_t end =
		vt_now_ms() + (uint64_t)(timeout_ms > 0 ? timeout_ms : 0);
	for (;;) {
		struct pollfd pfd = {.fd = p->pidfd, .events = POLLIN};
		int left = timeout_ms;
		if (timeout_ms > 0) {
			uint64_t now = vt_now_ms();
			left = now < end ? (int)(end - now) : 0;
		}
		int n = poll(&pfd, 1, left);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return vt_err_errno(
				err, "cannot wait for process %d", (int)p->pid);
		if (n == 0)
			return 0;
		reap(p, 0);
		return 1;
	}
}

void vt_proc_signal(struct vt_proc *p, int sig)
{
	/* as long as it is not reaped, its pid cannot be reused */
	if (p->pid && !p->reaped && kill(-p->pid, sig) < 0)
		kill(p->pid, sig);
}

void vt_proc_stop(struct vt_proc *p, int grace_ms)
{
	if (!p->pid || p->reaped)
		return;
	if (grace_ms > 0) {
		vt_proc_signal(p, SIGTERM);
		if (vt_proc_wait(p, grace_ms, NULL) == 1)
			return;
	}
	vt_proc_signal(p, SIGKILL);
	reap(p, 0);
}

void vt_proc_stopp(struct vt_proc *p)
{
	vt_proc_stop(p, 2000);
}

void vt_proc_describe(int status, struct vt_str *out)
{
	if (WIFSIGNALED(status))
		vt_str_addf(out, "killed by signal %d (%s)", WTERMSIG(status),
			strsignal(WTERMSIG(status)));
	else
		vt_str_addf(out, "exit status %d", WEXITSTATUS(status));
}

int vt_proc_status(const struct vt_proc *p)
{
	return WIFSIGNALED(p->status) ? 128 + WTERMSIG(p->status)
				      : WEXITSTATUS(p->status);
}
