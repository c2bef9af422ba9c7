#include "base/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/proc.h"

/* Close all inherited descriptors except `fd`, which becomes 3. Otherwise the
 * keeper would hold ports and locks of the process it outlives. */
static void close_all_but(int fd)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null >= 0)
		for (int i = 0; i < 3; i++)
			dup2(null, i);
	dup2(fd, 3);
	close_range(4, ~0u, 0);
}

/* The forked process. */
static _Noreturn void run_keeper(const struct vt_keeper *k, int fd)
{
	char byte;
	setpgid(0, 0);
	prctl(PR_SET_NAME, "vt-keeper");
	signal(SIGPIPE, SIG_IGN);
	for (const int *s = vt_end_signals; *s; s++)
		signal(*s, SIG_IGN);
	close_all_but(fd);
	/* returns when the other end is closed, by an exit at the latest */
	while (read(3, &byte, 1) < 0 && errno == EINTR)
		;
	k->last(k->data);
	_exit(0);
}

int vt_keeper_start(struct vt_keeper *k, void (*last)(const void *data),
	const void *data, struct vt_err **err)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) < 0)
		return vt_err_errno(err, "cannot create a pipe");
	VT_AUTO_CLOSE int rd = ends[0];
	*k = (struct vt_keeper){.fd = ends[1], .last = last, .data = data};
	pid_t pid = fork();
	if (pid == 0)
		run_keeper(k, rd);
	if (pid < 0) {
		vt_err_errno(err, "cannot fork");
		vt_closep(&ends[1]);
		*k = (struct vt_keeper)VT_KEEPER_INIT;
		return -1;
	}
	k->pid = pid;
	return 0;
}

void vt_keeper_end(struct vt_keeper *k)
{
	if (!k->last)
		return;
	vt_closep(&k->fd);
	int status;
	pid_t got;
	do
		got = waitpid(k->pid, &status, 0);
	while (got < 0 && errno == EINTR);
	if (got < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
		k->last(k->data);
	*k = (struct vt_keeper)VT_KEEPER_INIT;
}
