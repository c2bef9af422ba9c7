#include "test/phase_cache_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/cache.h"
#include "base/fs.h"
#include "base/lock.h"
#include "base/mem.h"
#include "base/settings.h"

enum { WAIT_S = 60 };

void vt_cache_dir_close(struct vt_cache_dir *c)
{
	vt_closep(&c->fd);
	free(c->path);
	*c = (struct vt_cache_dir)VT_CACHE_DIR_INIT;
}

char *vt_cache_dir_name(void)
{
	const char *value = vt_setting("CACHE");
	if (!strcmp(value, "off"))
		return NULL;
	return !strcmp(value, "on") ? vt_cache_path("phases")
				    : vt_strdup(value);
}

static int create_all(const char *path, struct vt_err **err)
{
	VT_AUTO_FREE char *above = vt_fs_dirname(path);
	if (vt_fs_is_dir(path))
		return 0;
	return vt_fs_mkdirs(above, 0755, err) < 0 ||
			       (mkdir(path, 0700) < 0 && errno != EEXIST)
		       ? vt_err_errno(err, "cannot create directory '%s'", path)
		       : 0;
}

static int create_in(
	const struct vt_cache_dir *c, const char *name, struct vt_err **err)
{
	if (mkdirat(c->fd, name, 0700) < 0)
		return errno == EEXIST ? 0
				       : vt_err_errno(err,
						 "cannot create directory "
						 "'%s/%s'",
						 c->path, name);
	VT_AUTO_CLOSE int fd =
		openat(c->fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return vt_cache_dir_share(c, fd, true, err);
}

int vt_cache_dir_open(struct vt_cache_dir *c, bool create, struct vt_err **err)
{
	c->path = vt_cache_dir_name();
	if (!c->path || (!create && !vt_fs_is_dir(c->path)))
		return 0;
	if (create && create_all(c->path, err) < 0)
		return -1;
	c->fd = open(c->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (c->fd < 0 || fstat(c->fd, &c->st) < 0)
		return vt_err_errno(err, "cannot open '%s'", c->path);
	if (c->st.st_mode & S_IWOTH)
		return vt_err_set(err, VT_HOST,
			"all users may write to '%s', and could put any result "
			"there: remove that permission",
			c->path);
	if (create && (create_in(c, VT_CACHE_ENTRIES, err) < 0 ||
			      create_in(c, VT_CACHE_OBJECTS, err) < 0))
		return -1;
	return 1;
}

int vt_cache_dir_lock(
	const struct vt_cache_dir *c, bool exclusive, struct vt_err **err)
{
	struct vt_lock_wait wait = {.seconds = WAIT_S, .signals = -1};
	return vt_lock(c->fd, exclusive, c->path, &wait, err);
}

void vt_cache_dir_unlock(const struct vt_cache_dir *c)
{
	flock(c->fd, LOCK_UN);
}

bool vt_cache_dir_trusts(const struct vt_cache_dir *c, const struct stat *st)
{
	if (st->st_mode & S_IWOTH)
		return false;
	if (st->st_uid == geteuid() || st->st_uid == 0 ||
		st->st_uid == c->st.st_uid)
		return true;
	return c->st.st_mode & S_IWGRP && st->st_gid == c->st.st_gid;
}

/* Against the umask; a set-group-id bit passes the group on. */
int vt_cache_dir_share(
	const struct vt_cache_dir *c, int fd, bool dir, struct vt_err **err)
{
	mode_t mode = dir ? S_IRWXU | (c->st.st_mode & (S_ISGID | 0777))
			  : S_IRUSR | (c->st.st_mode & 0444);
	if (fchmod(fd, mode) < 0)
		return vt_err_errno(err, "cannot write to '%s'", c->path);
	return 0;
}

int vt_cache_dir_drop(
	const struct vt_cache_dir *c, const char *name, struct vt_err **err)
{
	VT_AUTO_FREE char *path = vt_fs_join(c->path, name);
	VT_AUTO_FREE char *gone = vt_printf(
		"%s/" VT_CACHE_TMP "%s", c->path, vt_fs_basename(name));
	/* not half an entry, if we are killed */
	if (vt_fs_rmtree(gone, err) < 0)
		return -1;
	if (rename(path, gone) < 0)
		return errno == ENOENT
			       ? 0
			       : vt_err_errno(err, "cannot remove '%s'", path);
	return vt_fs_rmtree(gone, err);
}

static void remove_in(const struct vt_cache_dir *c, const char *name)
{
	VT_AUTO_FREE char *path = vt_fs_join(c->path, name);
	vt_fs_rmtree(path, NULL);
}

/* A directory that no process has locked. */
static void sweep(const struct vt_cache_dir *c, const char *name)
{
	VT_AUTO_CLOSE int fd = openat(
		c->fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0 && vt_lock_try(fd, true, name, NULL) == 1)
		remove_in(c, name);
}

void vt_cache_dir_sweep(const struct vt_cache_dir *c)
{
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	vt_fs_list(c->path, &names, NULL);
	for (size_t i = 0; i < names.n; i++)
		if (vt_str_starts(names.v[i], VT_CACHE_TMP))
			sweep(c, names.v[i]);
}
