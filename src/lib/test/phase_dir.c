#include "test/phase_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/proc.h"
#include "test/phases.h"

/* Remove a file. If the directory is read-only, leave it without its content,
 * and older than all others: it says nothing then, to us and to make. */
static int forget(const char *path, struct vt_err **err)
{
	static const struct timespec epoch[2] = {{0}, {0}};
	if (vt_fs_rmtree(path, err) == 0)
		return 0;
	if (truncate(path, 0) == 0)
		utimensat(AT_FDCWD, path, epoch, AT_SYMLINK_NOFOLLOW);
	return -1;
}

int vt_phase_forget(const char *dir, struct vt_err **err)
{
	VT_AUTO_FREE char *real = realpath(dir, NULL);
	VT_AUTO_FREE char *stamp =
		vt_phases_stamp(vt_phases_named("verify"), real ? real : dir);
	/* the stamp first: a stamp without a result would keep make from
	 * running vt-verify */
	int rc = forget(stamp, err);
	for (const char *const *f = vt_phases_results(); *f; f++) {
		VT_AUTO_FREE char *path = vt_fs_join(dir, *f);
		if (forget(path, rc < 0 ? NULL : err) < 0)
			rc = -1;
	}
	return rc;
}

int vt_phase_clear(const char *dir, const char *phase, struct vt_err **err)
{
	VT_AUTO_FREE char *stamp = vt_phases_stamp(vt_phases_named(phase), dir);
	VT_AUTO_FREE char *report = vt_phases_report(dir, phase);
	if (vt_fs_rmtree(stamp, err) < 0 || vt_fs_rmtree(report, err) < 0)
		return -1;
	for (int i = 0; i < VT_PHASES_MACHINE_LOGS; i++) {
		VT_AUTO_FREE char *log =
			vt_phases_log(dir, phase, (enum vt_phases_log)i);
		if (vt_fs_rmtree(log, err) < 0)
			return -1;
	}
	return 0;
}

int vt_phase_need_test(const char *dir, struct vt_err **err)
{
	if (!vt_fs_is_dir(dir))
		return vt_err_set(err, VT_USAGE,
			"test directory '%s' does not exist", dir);
	if (vt_phases_is_test(dir))
		return 0;
	return vt_err_set(err, VT_USAGE,
		"'%s' is not a test directory: it contains no file of a test, "
		"such as '%s'",
		dir, vt_phases_input(0));
}

static int lock(const char *dir, bool exclusive, struct vt_err **err)
{
	if (vt_phase_need_test(dir, err) < 0)
		return -1;
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return vt_err_errno(err, "cannot open '%s'", dir);
	int rc = vt_lock_try(fd, exclusive, dir, err);
	if (rc == 0)
		rc = vt_err_set(err, VT_HOST,
			"another run is using '%s': wait for it to finish, or "
			"stop it",
			dir);
	if (rc < 0)
		vt_closep(&fd);
	return rc < 0 ? -1 : fd;
}

int vt_phase_lock(const char *dir, struct vt_err **err)
{
	int fd = lock(dir, true, err);
	if (fd >= 0 && vt_phase_forget(dir, err) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

int vt_phase_share(const char *dir, struct vt_err **err)
{
	return lock(dir, false, err);
}

int vt_phase_stamp(const char *dir, const char *phase, const char *word,
	struct vt_err **err)
{
	VT_AUTO_FREE char *path = vt_phases_stamp(vt_phases_named(phase), dir);
	VT_AUTO_FREE char *line = vt_printf("%s: %s\n", phase, word);
	return vt_fs_write(path, line, strlen(line), 0644, err);
}

void vt_phase_hand_over(const char *dir, const char *phase)
{
	VT_AUTO_FREE char *verify = vt_proc_sibling("vt-verify");
	VT_AUTO_FREE char *failed = vt_printf("--failed=%s", phase);
	VT_AUTO_FREE char *where = vt_strdup(dir);
	char *const argv[] = {verify, failed, where, NULL};
	execv(verify, argv);
	vt_log_warn("no result was written: cannot run '%s': %s", verify,
		strerror(errno));
}
