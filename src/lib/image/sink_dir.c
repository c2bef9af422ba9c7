/* A sink that writes to a directory.
 *
 * Each component of a name is opened separately, relative to its parent and
 * without following links. So nothing in the directory, even if it changes
 * meanwhile, can lead out of it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"
#include "image/sink.h"

enum { OPEN_DIR = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC };

struct dir_sink {
	struct vt_sink base;
	enum vt_sink_mode mode;
	char *path;
	int root;
	/* the directory of the last file */
	struct vt_str parent_name;
	int parent; /* -1: none */
	/* the open file */
	int fd; /* -1: none */
	char *name;
	uint64_t size, written;
	int64_t mtime;
	char *tmp; /* VT_SINK_INTO: its name until it is complete */
	struct rlimit old_limit;
};

static struct dir_sink *self(struct vt_sink *s)
{
	return (struct dir_sink *)s;
}

static int clash(const char *name, struct vt_err **err)
{
	return vt_err_set(err, VT_FAILED,
		"'%s' must be a directory, but exists as something else", name);
}

/* Open the directory `name` in `at`; create it if missing. */
static int open_subdir(int at, const char *name, struct vt_err **err)
{
	int fd = openat(at, name, OPEN_DIR);
	if (fd < 0 && errno == ENOENT && mkdirat(at, name, 0755) == 0)
		fd = openat(at, name, OPEN_DIR);
	if (fd < 0 && (errno == ENOTDIR || errno == ELOOP))
		return clash(name, err);
	if (fd < 0)
		vt_err_errno(err, "cannot create directory '%s'", name);
	return fd;
}

/* Open the directory `name` ("": the root) as d->parent. */
static int enter_parent(
	struct dir_sink *d, const char *name, size_t len, struct vt_err **err)
{
	if (d->parent >= 0 && d->parent_name.len == len &&
		!memcmp(d->parent_name.s, name, len))
		return 0;
	vt_closep(&d->parent);
	d->parent = fcntl(d->root, F_DUPFD_CLOEXEC, 0);
	if (d->parent < 0)
		return vt_err_errno(err, "cannot write to '%s'", d->path);
	d->parent_name.len = 0;
	vt_str_addn(&d->parent_name, name, len);
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	vt_str_words(d->parent_name.s, "/", &names);
	for (size_t i = 0; i < names.n; i++) {
		int next = open_subdir(d->parent, names.v[i], err);
		vt_closep(&d->parent);
		d->parent = next;
		if (next < 0)
			return vt_err_wrap(err, "in '%s'", d->path);
	}
	return 0;
}

/* Open the directory that contains `name` as d->parent.
 * Return: the last component of `name`; NULL for an error */
static const char *open_parent(
	struct dir_sink *d, const char *name, struct vt_err **err)
{
	const char *base = vt_fs_basename(name);
	size_t len = base == name ? 0 : (size_t)(base - name) - 1;
	return enter_parent(d, name, len, err) < 0 ? NULL : base;
}

static int dir_dir(struct vt_sink *s, const char *name, struct vt_err **err)
{
	return enter_parent(self(s), name, strlen(name), err);
}

static void discard_file(struct dir_sink *d)
{
	vt_closep(&d->fd);
	d->fd = -1;
	if (d->tmp) {
		unlinkat(d->root, d->tmp, 0);
		VT_AUTO_FREE char *path = vt_fs_join(d->path, d->tmp);
		vt_cleanup_forget(path);
	}
	free(d->tmp);
	free(d->name);
	d->tmp = d->name = NULL;
}

static int dir_file(
	struct vt_sink *s, const struct vt_sink_file *m, struct vt_err **err)
{
	struct dir_sink *d = self(s);
	const char *base = open_parent(d, m->name, err);
	if (!base)
		return -1;
	mode_t mode = m->exec ? 0755 : 0644;
	int at = d->parent, flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
	if (d->mode == VT_SINK_INTO) {
		d->tmp = vt_printf(".vt-extract.%d", (int)getpid());
		VT_AUTO_FREE char *path = vt_fs_join(d->path, d->tmp);
		vt_cleanup_add(path);
		at = d->root;
		base = d->tmp;
		unlinkat(at, base, 0); /* left by a killed run */
	}
	d->fd = openat(at, base, flags | O_CLOEXEC, mode);
	if (d->fd < 0 && errno == EEXIST && !d->tmp)
		return 1;
	if (d->fd < 0) {
		vt_err_errno(err, "cannot write '%s/%s'", d->path, m->name);
		discard_file(d);
		return -1;
	}
	d->name = vt_strdup(m->name);
	d->size = m->size;
	d->mtime = m->mtime;
	d->written = 0;
	return 0;
}

static int dir_write(struct vt_sink *s, const void *buf, size_t len,
	uint64_t offset, struct vt_err **err)
{
	struct dir_sink *d = self(s);
	const char *from = buf;
	while (len) {
		ssize_t n = pwrite(d->fd, from, len, (off_t)offset);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return vt_err_errno(
				err, "cannot write '%s/%s'", d->path, d->name);
		from += n;
		offset += (uint64_t)n;
		len -= (size_t)n;
	}
	if (offset > d->written)
		d->written = offset;
	return 0;
}

static int dir_end(struct vt_sink *s, struct vt_err **err)
{
	struct dir_sink *d = self(s);
	struct timespec times[2] = {{.tv_nsec = UTIME_OMIT},
		{.tv_sec = d->mtime < 0 || d->mtime >> 40 ? 0 : d->mtime}};
	int rc = 0;
	if (d->written < d->size)
		rc = ftruncate(d->fd, (off_t)d->size);
	futimens(d->fd, times);
	if (close(d->fd) < 0)
		rc = -1;
	d->fd = -1;
	if (rc == 0 && d->tmp) {
		/* d->parent is still the directory of the last dir_file() */
		rc = renameat(
			d->root, d->tmp, d->parent, vt_fs_basename(d->name));
	}
	if (rc < 0)
		vt_err_errno(err, "cannot write '%s/%s'", d->path, d->name);
	discard_file(d);
	return rc;
}

static int64_t dir_size(struct vt_sink *s, const char *name)
{
	struct dir_sink *d = self(s);
	struct stat st;
	const char *base = open_parent(d, name, NULL);
	if (!base || fstatat(d->parent, base, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
		!S_ISREG(st.st_mode))
		return -1;
	return st.st_size;
}

static int dir_copy(struct vt_sink *s, const char *from,
	const struct vt_sink_file *m, struct vt_err **err)
{
	struct dir_sink *d = self(s);
	const char *base = open_parent(d, from, err);
	if (!base)
		return -1;
	VT_AUTO_CLOSE int in =
		openat(d->parent, base, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (in < 0)
		return vt_err_errno(err, "cannot read '%s/%s'", d->path, from);
	int rc = dir_file(s, m, err);
	if (rc != 0)
		return rc;
	static char buf[65536];
	for (uint64_t at = 0; at < m->size;) {
		ssize_t n = read(in, buf, sizeof(buf));
		if (n < 0)
			return vt_err_errno(
				err, "cannot read '%s/%s'", d->path, from);
		if (n == 0)
			break;
		if (dir_write(s, buf, (size_t)n, at, err) < 0)
			return -1;
		at += (uint64_t)n;
	}
	return dir_end(s, err);
}

/* The directory has mode 0700 until it is complete; now set the usual mode. */
static int dir_finish(struct vt_sink *s, struct vt_err **err)
{
	struct dir_sink *d = self(s);
	mode_t mask = umask(0);
	umask(mask);
	if (d->mode == VT_SINK_FRESH && fchmod(d->root, 0755 & ~mask) < 0)
		return vt_err_errno(
			err, "cannot change the mode of '%s'", d->path);
	return 0;
}

static void dir_free(struct vt_sink *s)
{
	struct dir_sink *d = self(s);
	discard_file(d);
	vt_closep(&d->parent);
	vt_closep(&d->root);
	setrlimit(RLIMIT_FSIZE, &d->old_limit);
	vt_str_free(&d->parent_name);
	free(d->path);
	free(d);
}

static const struct vt_sink_ops dir_ops = {
	.dir = dir_dir,
	.file = dir_file,
	.write = dir_write,
	.end = dir_end,
	.size = dir_size,
	.copy = dir_copy,
	.finish = dir_finish,
	.free = dir_free,
};

static int open_root(struct dir_sink *d, struct vt_err **err)
{
	if (d->mode == VT_SINK_INTO) {
		if (vt_fs_mkdirs(d->path, 0777, err) < 0)
			return -1;
	} else if (mkdir(d->path, 0700) < 0) {
		return vt_err_errno(
			err, "cannot create directory '%s'", d->path);
	}
	d->root = open(d->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (d->root < 0)
		return vt_err_errno(err, "cannot open directory '%s'", d->path);
	return 0;
}

struct vt_sink *vt_sink_dir_open(const char *path, enum vt_sink_mode mode,
	uint64_t max_file_bytes, struct vt_err **err)
{
	struct dir_sink *d = vt_alloc(sizeof(*d));
	*d = (struct dir_sink){.base.ops = &dir_ops,
		.mode = mode,
		.path = vt_strdup(path),
		.root = -1,
		.parent = -1,
		.fd = -1};
	getrlimit(RLIMIT_FSIZE, &d->old_limit);
	struct rlimit limit = d->old_limit;
	if (max_file_bytes < limit.rlim_cur)
		limit.rlim_cur = max_file_bytes;
	setrlimit(RLIMIT_FSIZE, &limit);
	if (open_root(d, err) == 0)
		return &d->base;
	dir_free(&d->base);
	return NULL;
}

void vt_sink_freep(struct vt_sink **s)
{
	if (*s)
		(*s)->ops->free(*s);
	*s = NULL;
}
