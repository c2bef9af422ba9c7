/* Locks: asking without taking, and file systems that cannot lock. */
#include "base/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "test/phase_dir.h"

#include "../tap.h"

static int fail_with; /* errno of flock(2); 0: it works */

/* in place of the C library's */
int flock(int fd, int how)
{
	errno = fail_with;
	return fail_with ? -1 : (int)syscall(SYS_flock, fd, how);
}

static void asking(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ok(!vt_lock_held(dir), "an unlocked directory");
	is_int(vt_lock_try(fd, true, dir, NULL), 1, "it is locked");
	ok(vt_lock_held(dir), "which shows");
	int other = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	is_int(vt_lock_try(other, false, dir, NULL), 0, "not twice");
	close(other);
	close(fd);
	ok(!vt_lock_held(dir), "released");
	ok(!vt_lock_held("/nonexistent"), "a directory that does not exist");

	pid_t pid = fork();
	if (pid == 0)
		for (;;)
			vt_lock_held(dir);
	int taken = 0;
	for (int i = 0; i < 2000; i++) {
		fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		taken += vt_lock_try(fd, true, dir, NULL) == 1;
		close(fd);
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	is_int(taken, 2000, "who asks is never in the way");
}

static void failing(const char *dir)
{
	struct vt_err *err = NULL;
	struct vt_lock_wait wait = {.seconds = 0, .signals = -1};
	fail_with = ENOLCK;
	ok(vt_phase_lock(dir, &err) < 0, "a phase without a lock");
	ok(err && err->status == VT_HOST && strstr(err->msg, "(ENOLCK)"),
		"is a fault of the host: %s", err ? err->msg : "?");
	vt_err_free(err);
	err = NULL;
	ok(vt_phase_share(dir, &err) < 0, "a session as well");
	vt_err_free(err);
	err = NULL;
	ok(vt_lock(0, true, dir, &wait, &err) < 0 && err->status == VT_HOST,
		"waiting for a lock does not help");
	vt_err_free(err);
	fail_with = 0;
}

int main(void)
{
	VT_AUTO_TREE char *dir = vt_fs_tmpdir("vt-lock", NULL);
	VT_AUTO_FREE char *file = vt_fs_join(dir, "test.yaml");
	vt_fs_write(file, "", 0, 0600, NULL);
	asking(dir);
	failing(dir);
	return done_testing();
}
