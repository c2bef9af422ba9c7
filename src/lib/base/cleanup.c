#include "base/cleanup.h"

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/proc.h"

/* An array of pointers, because the signal handler may run between any two
 * instructions, when the links of a list may be incomplete. */
static char *volatile slots[64];

static void on_signal(int sig)
{
	for (size_t i = 0; i < VT_COUNT(slots); i++) {
		char *path = slots[i];
		if (!path || unlink(path) == 0)
			continue;
		/* A directory: fork() and exec() are async-signal-safe,
		 * readdir() is not. */
		pid_t pid = fork();
		if (pid == 0) {
			execl("/bin/rm", "rm", "-rf", "--one-file-system", "--",
				path, (char *)NULL);
			_exit(127);
		}
		if (pid > 0)
			waitpid(pid, NULL, 0);
	}
	/* SA_RESETHAND has restored the default action: the signal kills the
	 * process when it is unblocked, which is on return. */
	raise(sig);
}

static void install(void)
{
	static bool done;
	if (done)
		return;
	done = true;
	for (const int *s = vt_end_signals; *s; s++) {
		struct sigaction old, new = {.sa_handler = on_signal,
					      .sa_flags = (int)SA_RESETHAND};
		sigfillset(&new.sa_mask);
		if (sigaction(*s, NULL, &old) == 0 && old.sa_handler == SIG_DFL)
			sigaction(*s, &new, NULL);
	}
}

void vt_cleanup_add(const char *path)
{
	install();
	for (size_t i = 0; i < VT_COUNT(slots); i++) {
		if (slots[i])
			continue;
		slots[i] = vt_strdup(path);
		return;
	}
}

void vt_cleanup_forget(const char *path)
{
	for (size_t i = 0; i < VT_COUNT(slots); i++) {
		char *p = slots[i];
		if (!p || strcmp(p, path))
			continue;
		slots[i] = NULL;
		free(p);
		return;
	}
}
