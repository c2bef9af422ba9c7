#include "base/tmp.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"

/* A file without a name disappears with the process, even on SIGKILL. This
 * fails on file systems without O_TMPFILE (NFS, FAT); open_named() is then
 * tried, and reports the error if it fails too. Return: the descriptor, or -1
 */
static int open_nameless(struct vt_tmp *t, const char *dir)
{
	t->fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (t->fd >= 0)
		t->tmp = vt_printf("/proc/%d/fd/%d", (int)getpid(), t->fd);
	return t->fd;
}

static int open_named(struct vt_tmp *t, const char *dir, const char *base,
	struct vt_err **err)
{
	char *name = vt_printf("%s/.%s.XXXXXX", dir, base);
	t->fd = mkostemp(name, O_CLOEXEC);
	if (t->fd < 0) {
		vt_err_errno(err, "cannot write '%s/%s'", dir, base);
		free(name);
		return -1;
	}
	t->tmp = name;
	return 0;
}

static void set_mode(const struct vt_tmp *t, mode_t mode)
{
	mode_t mask = umask(0);
	umask(mask);
	fchmod(t->fd, mode & ~mask);
}

int vt_tmp_open(
	struct vt_tmp *t, const char *path, mode_t mode, struct vt_err **err)
{
	VT_AUTO_FREE char *dir = vt_fs_dirname(path);
	*t = (struct vt_tmp){.fd = -1, .path = vt_strdup(path)};
	if (open_nameless(t, dir) < 0) {
		if (open_named(t, dir, vt_fs_basename(path), err) < 0)
			return -1;
		t->named = true;
		vt_cleanup_add(t->tmp);
	}
	set_mode(t, mode);
	return 0;
}

int vt_tmp_scratch(struct vt_tmp *t, mode_t mode, struct vt_err **err)
{
	const char *base = getenv("TMPDIR");
	const char *dir = base && *base ? base : "/tmp";
	*t = (struct vt_tmp){.fd = -1};
	if (open_nameless(t, dir) < 0) {
		if (open_named(t, dir, "vt", err) < 0)
			return -1;
		unlink(t->tmp);
		free(t->tmp);
		t->tmp = vt_printf("/proc/%d/fd/%d", (int)getpid(), t->fd);
	}
	set_mode(t, mode);
	return 0;
}

static int link_as(const struct vt_tmp *t, const char *name)
{
	return linkat(AT_FDCWD, t->tmp, AT_FDCWD, name, AT_SYMLINK_FOLLOW);
}

/* linkat(2) cannot replace an existing file. In that case the file gets a
 * hidden temporary name, and rename(2) replaces the old file. */
static int give_name(const struct vt_tmp *t)
{
	if (link_as(t, t->path) == 0)
		return 0;
	if (errno != EEXIST)
		return -1;
	uint64_t random;
	if (getrandom(&random, sizeof(random), 0) < 0)
		return -1;
	VT_AUTO_FREE char *dir = vt_fs_dirname(t->path);
	VT_AUTO_FREE char *name = vt_printf("%s/.%s.%016llx", dir,
		vt_fs_basename(t->path), (unsigned long long)random);
	vt_cleanup_add(name);
	int rc = link_as(t, name);
	if (rc == 0 && rename(name, t->path) < 0) {
		int saved = errno;
		unlink(name);
		errno = saved;
		rc = -1;
	}
	vt_cleanup_forget(name);
	return rc;
}

int vt_tmp_commit(struct vt_tmp *t, struct vt_err **err)
{
	int rc = t->unsynced ? 0 : fsync(t->fd);
	/* EINVAL: pipes and terminals do not support fsync() */
	if (rc < 0 && errno == EINVAL)
		rc = 0;
	if (rc == 0 && !t->named)
		rc = give_name(t);
	int saved = errno;
	if (close(t->fd) < 0 && rc == 0) {
		saved = errno;
		rc = -1;
	}
	t->fd = -1;
	if (rc == 0 && t->named) {
		rc = rename(t->tmp, t->path);
		saved = errno;
	}
	errno = saved;
	if (rc < 0)
		return vt_err_errno(err, "cannot write '%s'", t->path);
	if (t->named)
		vt_cleanup_forget(t->tmp);
	free(t->tmp);
	t->tmp = NULL;
	return 0;
}

void vt_tmp_discard(struct vt_tmp *t)
{
	vt_closep(&t->fd);
	t->fd = -1;
	if (t->tmp && t->named) {
		unlink(t->tmp);
		vt_cleanup_forget(t->tmp);
	}
	free(t->tmp);
	free(t->path);
	t->tmp = t->path = NULL;
}
