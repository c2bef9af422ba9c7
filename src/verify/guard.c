#include "guard.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void child(void (*work)(void *arg, void *out), void *arg, void *out,
	unsigned cpu_seconds, pid_t parent)
{
	struct rlimit cpu = {cpu_seconds, cpu_seconds + 1};
	struct rlimit core = {0, 0};
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* only the parent cleans up on signals */
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	if (getppid() != parent || setrlimit(RLIMIT_CPU, &cpu) < 0 ||
		setrlimit(RLIMIT_CORE, &core) < 0)
		_exit(1);
	work(arg, out);
	_exit(0);
}

void *guard_run(void (*work)(void *arg, void *out), void *arg, size_t size,
	enum vt_bound seconds, struct vt_err **err)
{
	void *out = mmap(NULL, size, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (out == MAP_FAILED) {
		vt_err_errno(err, "cannot map %zu bytes", size);
		return NULL;
	}
	pid_t self = getpid(), pid = fork();
	if (pid == 0)
		child(work, arg, out, (unsigned)vt_bound(seconds), self);
	int status = 0;
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return out;
	guard_free(out, size);
	if (pid < 0)
		vt_err_errno(err, "cannot fork");
	else if (WIFSIGNALED(status) &&
		 (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL))
		vt_bound_error(seconds, "the search", err);
	else
		vt_err_set(err, VT_HOST,
			"the child process ended with wait status %d", status);
	return NULL;
}

void guard_free(void *out, size_t size)
{
	munmap(out, size);
}
