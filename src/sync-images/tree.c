#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/beneath.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/tmp.h"

int tree_make_state_dirs(const struct tree *t, struct vt_err **err)
{
	static const char *const dirs[] = {
		TREE_PARTS "/", TREE_WHOLE "/", TREE_SOURCES "/"};
	for (size_t i = 0; i < VT_COUNT(dirs); i++) {
		const char *base;
		VT_AUTO_CLOSE int fd =
			vt_beneath_parent(t->fd, dirs[i], true, &base);
		if (fd < 0)
			return vt_err_errno(
				err, "cannot create '%s/%s'", t->dir, dirs[i]);
	}
	return 0;
}

int tree_open(struct tree *t, const char *dir, bool make, struct vt_err **err)
{
	if (make && vt_fs_mkdirs(dir, 0755, err) < 0)
		return -1;
	t->dir = dir;
	t->fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (t->fd < 0)
		return vt_err_set(err, VT_HOST,
			"cannot open image directory '%s': %s: run 'make "
			"image' or 'make sync-images'",
			dir, strerror(errno));
	return make ? tree_make_state_dirs(t, err) : 0;
}

void tree_close(struct tree *t)
{
	vt_closep(&t->fd);
	t->fd = -1;
}

bool tree_item_path_ok(const char *path)
{
	return vt_beneath_safe(path) && path[0] != '.' &&
	       !vt_str_starts(path, "streams/") && strcmp(path, "streams") &&
	       !vt_str_starts(path, TREE_READERS);
}

static int open_error(
	const struct tree *t, const char *path, struct vt_err **err)
{
	if (errno == ELOOP || errno == EXDEV)
		return vt_err_set(err, VT_HOST,
			"'%s/%s' is reached through a symbolic link: remove "
			"the link",
			t->dir, path);
	return vt_err_errno(err, "cannot open '%s/%s'", t->dir, path);
}

int tree_read(
	const struct tree *t, const char *path, FILE **out, struct vt_err **err)
{
	*out = NULL;
	if (!vt_beneath_safe(path))
		return vt_err_set(err, VT_USAGE,
			"'%s': path '%.100s' is outside the mirror", t->dir,
			path);
	VT_AUTO_CLOSE int fd = vt_beneath_open(t->fd, path, O_RDONLY, 0);
	struct stat st;
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (fd < 0)
		return open_error(t, path, err);
	if (fstat(fd, &st) < 0 || st.st_size > STREAM_MAX)
		return vt_err_set(err, VT_USAGE,
			"'%s/%s' is larger than %d bytes", t->dir, path,
			STREAM_MAX);
	*out = fdopen(fd, "r");
	if (!*out)
		return vt_err_errno(err, "cannot read '%s/%s'", t->dir, path);
	fd = -1;
	return 0;
}

int tree_load(const struct tree *t, const char *path, json_t **out,
	struct vt_err **err)
{
	VT_AUTO_FILE FILE *f = NULL;
	json_error_t why;
	*out = NULL;
	if (tree_read(t, path, &f, err) < 0)
		return -1;
	if (!f)
		return 0;
	*out = json_loadf(f, JSON_REJECT_DUPLICATES, &why);
	if (!*out)
		return vt_err_set(err, VT_USAGE, "%s/%s:%d:%d: %s", t->dir,
			path, why.line < 1 ? 1 : why.line,
			why.column < 1 ? 1 : why.column, why.text);
	if (json_is_object(*out))
		return 0;
	json_decref(*out);
	*out = NULL;
	return vt_err_set(
		err, VT_USAGE, "'%s/%s' is not a JSON object", t->dir, path);
}

char *tree_fd_path(const struct tree *t, const char *path, int *parent,
	struct vt_err **err)
{
	const char *base;
	*parent = vt_beneath_parent(t->fd, path, true, &base);
	if (*parent < 0) {
		open_error(t, path, err);
		return NULL;
	}
	return vt_printf("/proc/self/fd/%d/%s", *parent, base);
}

int tree_write(const struct tree *t, const char *path, tree_writer *write,
	const void *ctx, struct vt_err **err)
{
	VT_AUTO_CLOSE int parent = -1;
	VT_AUTO_FREE char *name = tree_fd_path(t, path, &parent, err);
	VT_AUTO_TMP struct vt_tmp tmp = VT_TMP_INIT;
	if (!name || vt_tmp_open(&tmp, name, 0644, err) < 0)
		return vt_err_wrap(err, "'%s/%s'", t->dir, path);
	int copy = dup(tmp.fd);
	FILE *f = copy < 0 ? NULL : fdopen(copy, "w");
	if (!f)
		return vt_err_errno(err, "cannot write '%s/%s'", t->dir, path);
	int rc = write(f, ctx);
	if ((fclose(f) | rc) != 0)
		return vt_err_errno(err, "cannot write '%s/%s'", t->dir, path);
	if (vt_tmp_commit(&tmp, err) < 0)
		return vt_err_wrap(err, "'%s/%s'", t->dir, path);
	if (fsync(parent) < 0)
		return vt_err_errno(err, "cannot sync '%s'", t->dir);
	return 0;
}

static int write_json(FILE *f, const void *ctx)
{
	return json_dumpf(ctx, f, JSON_INDENT(1)) < 0 || fputc('\n', f) < 0 ? -1
									    : 0;
}

int tree_save(const struct tree *t, const char *path, const json_t *j,
	struct vt_err **err)
{
	return tree_write(t, path, write_json, j, err);
}

bool tree_has(const struct tree *t, const char *path, uint64_t size)
{
	VT_AUTO_CLOSE int fd = vt_beneath_open(t->fd, path, O_PATH, 0);
	struct stat st;
	return fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	       (uint64_t)st.st_size == size;
}

static bool same_file(int dir_a, const char *a, int dir_b, const char *b)
{
	struct stat x, y;
	return fstatat(dir_a, a, &x, AT_SYMLINK_NOFOLLOW) == 0 &&
	       fstatat(dir_b, b, &y, AT_SYMLINK_NOFOLLOW) == 0 &&
	       x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* Link a file. To replace an existing one, link it to a temporary name and
 * rename that. */
static int link_over(int from_dir, const char *from, int dir, const char *base)
{
	uint64_t random = 0;
	if (linkat(from_dir, from, dir, base, 0) == 0)
		return 0;
	if (errno != EEXIST)
		return -1;
	if (same_file(from_dir, from, dir, base))
		return 0;
	if (getrandom(&random, sizeof(random), 0) < 0)
		return -1;
	VT_AUTO_FREE char *tmp =
		vt_printf(".vt-sync.%016llx", (unsigned long long)random);
	if (linkat(from_dir, from, dir, tmp, 0) < 0)
		return -1;
	if (renameat(dir, tmp, dir, base) == 0)
		return 0;
	int saved = errno;
	unlinkat(dir, tmp, 0);
	errno = saved;
	return -1;
}

int tree_link(const struct tree *t, const char *from, const char *to,
	struct vt_err **err)
{
	const char *from_base, *base;
	VT_AUTO_CLOSE int from_dir =
		vt_beneath_parent(t->fd, from, false, &from_base);
	VT_AUTO_CLOSE int dir = vt_beneath_parent(t->fd, to, true, &base);
	if (from_dir < 0)
		return open_error(t, from, err);
	if (dir < 0)
		return open_error(t, to, err);
	if (link_over(from_dir, from_base, dir, base) == 0)
		return 0;
	if (errno != EPERM && errno != EMLINK && errno != EOPNOTSUPP)
		return vt_err_errno(err, "cannot link '%s/%s'", t->dir, to);
	VT_AUTO_FREE char *a =
		vt_printf("/proc/self/fd/%d/%s", from_dir, from_base);
	VT_AUTO_FREE char *b = vt_printf("/proc/self/fd/%d/%s", dir, base);
	if (vt_fs_copy(a, b, 0644, err) < 0)
		return vt_err_wrap(err, "'%s/%s'", t->dir, to);
	return 0;
}

int tree_remove(const struct tree *t, const char *path, struct vt_err **err)
{
	if (vt_beneath_remove(t->fd, path) == 0)
		return 0;
	return vt_err_errno(err, "cannot remove '%s/%s'", t->dir, path);
}

int tree_sync_dir(const struct tree *t, const char *path, struct vt_err **err)
{
	const char *base;
	VT_AUTO_CLOSE int dir = vt_beneath_parent(t->fd, path, false, &base);
	if (dir < 0 || fsync(dir) < 0)
		return vt_err_errno(err, "cannot sync '%s/%s'", t->dir, path);
	return 0;
}

void tree_unlink(const struct tree *t, const char *dir, const char *name)
{
	VT_AUTO_CLOSE int fd =
		vt_beneath_open(t->fd, dir, O_PATH | O_DIRECTORY, 0);
	if (fd >= 0)
		unlinkat(fd, name, 0);
}

bool tree_has_state(const struct tree *t)
{
	VT_AUTO_CLOSE int fd =
		vt_beneath_open(t->fd, TREE_STATE, O_PATH | O_DIRECTORY, 0);
	return fd >= 0;
}
