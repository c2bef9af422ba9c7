#include "base/lock.h"

#include <errno.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/proc.h"

int vt_lock_try(int fd, bool exclusive, const char *name, struct vt_err **err)
{
	int how = (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB;
	while (flock(fd, how) < 0) {
		if (errno == EWOULDBLOCK)
			return 0;
		if (errno == ENOLCK)
			return vt_err_set(err, VT_HOST,
				"cannot lock '%s': its file system does not "
				"provide locks now (ENOLCK): use a directory "
				"on a local disk",
				name);
		if (errno != EINTR)
			return vt_err_errno(err, "cannot lock '%s'", name);
	}
	return 1;
}

/* A line such as "3: FLOCK  ADVISORY  WRITE 4711 08:01:131073 0 EOF". */
static bool is_lock_of(const char *line, const struct stat *st)
{
	unsigned major_of, minor_of;
	unsigned long long inode;
	if (sscanf(line, "%*u: FLOCK %*s %*s %*d %x:%x:%llu", &major_of,
		    &minor_of, &inode) != 3 ||
		inode != (unsigned long long)st->st_ino)
		return false;
	/* btrfs and others show stat(2) another number than /proc/locks, both
	 * with major 0 */
	return major_of == major(st->st_dev) &&
	       (major_of == 0 || minor_of == minor(st->st_dev));
}

bool vt_lock_held(const char *path)
{
	enum { MAX_LOCKS = 16 << 20 };
	struct stat st;
	VT_AUTO_FREE char *locks =
		vt_fs_read("/proc/locks", MAX_LOCKS, NULL, NULL);
	if (!locks || stat(path, &st) < 0)
		return false;
	VT_AUTO_STRV struct vt_strv lines = VT_STRV_INIT;
	vt_str_split(locks, '\n', &lines);
	for (size_t i = 0; i < lines.n; i++)
		if (is_lock_of(lines.v[i], &st))
			return true;
	return false;
}

/* flock(2) has no timeout: try again, at growing intervals of up to 200 ms. */
int vt_lock(int fd, bool exclusive, const char *name,
	const struct vt_lock_wait *wait, struct vt_err **err)
{
	uint64_t start = vt_now_ms();
	bool logged = false;
	for (int ms = 5;; ms = ms < 200 ? ms * 2 : 200) {
		int rc = vt_lock_try(fd, exclusive, name, err);
		if (rc != 0)
			return rc < 0 ? -1 : 0;
		if (wait->seconds >= 0 &&
			vt_now_ms() - start >= (uint64_t)wait->seconds * 1000)
			return vt_err_set(err, VT_TIMEOUT,
				"'%s' is locked by another process (waited "
				"%ld s)",
				name, wait->seconds);
		if (!logged)
			vt_log_info("waiting for the lock on '%s'", name);
		logged = true;
		struct pollfd p = {.fd = wait->signals, .events = POLLIN};
		if (vt_poll(&p, 1, ms) > 0)
			return vt_err_set(err, VT_HOST,
				"interrupted while waiting for the lock on "
				"'%s'",
				name);
	}
}
