#include "base/contain.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/proc.h"

enum {
	GRACE_MS = 1000, /* for the program, after SIGTERM */
	SWEEP_MS = 5000,
	LOOK_MS = 200, /* children may end without a signal of their own */
};

static void kill_children(void)
{
	VT_AUTO_FREE char *path =
		vt_printf("/proc/self/task/%d/children", (int)getpid());
	VT_AUTO_FILE FILE *f = fopen(path, "re");
	int pid;
	while (f && fscanf(f, "%d", &pid) == 1)
		kill(pid, SIGKILL);
}

void vt_contain_sweep(void)
{
	uint64_t end = vt_now_ms() + SWEEP_MS;
	while (vt_now_ms() < end) {
		kill_children();
		pid_t pid = waitpid(-1, NULL, WNOHANG);
		if (pid < 0 && errno == ECHILD)
			return;
		if (pid == 0)
			usleep(2000);
	}
}

/* Reap what has ended. Return: whether the program is among it */
static bool reap(pid_t program, int *status)
{
	bool ended = false;
	int one;
	pid_t pid;
	while ((pid = waitpid(-1, &one, WNOHANG)) > 0) {
		if (pid == program)
			*status = one;
		ended |= pid == program;
	}
	return ended;
}

/* Wait for the program's end, or for a signal to end it. */
static void watch(pid_t program, const sigset_t *signals, int *status)
{
	const struct timespec look = {.tv_nsec = LOOK_MS * 1000000};
	uint64_t end = 0;
	while (!reap(program, status) && (!end || vt_now_ms() < end)) {
		int sig = sigtimedwait(signals, NULL, &look);
		if (sig <= 0 || sig == SIGCHLD || end)
			continue;
		*status = sig; /* of waitpid(2): killed by that signal */
		kill(program, SIGTERM);
		end = vt_now_ms() + GRACE_MS;
	}
}

static _Noreturn void keep(pid_t program, const sigset_t *signals)
{
	const struct rlimit none = {0, 0};
	int status = 0;
	prctl(PR_SET_NAME, "vt-keeper");
	/* pipes of the program must end with it */
	close_range(0, ~0u, 0);
	watch(program, signals, &status);
	vt_contain_sweep();
	if (!WIFSIGNALED(status))
		_exit(WEXITSTATUS(status));
	setrlimit(RLIMIT_CORE, &none);
	vt_signals_die(WTERMSIG(status));
	_exit(127);
}

int vt_contain(void)
{
	sigset_t signals, none;
	pid_t parent = getppid();
	sigemptyset(&none);
	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	for (const int *s = vt_end_signals; *s; s++)
		sigaddset(&signals, *s);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	/* instead of SIGKILL */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(127);
	pid_t self = getpid(), pid = fork();
	if (pid < 0)
		return -1;
	if (pid > 0)
		keep(pid, &signals);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != self)
		_exit(127);
	sigprocmask(SIG_SETMASK, &none, NULL);
	return 0;
}
