#include "base/fs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/tmp.h"

char *vt_fs_read(const char *path, size_t max, size_t *len, struct vt_err **err)
{
	bool in = !strcmp(path, "-");
	const char *name = in ? "standard input" : path;
	VT_AUTO_CLOSE int fd = in ? dup(STDIN_FILENO)
				  : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		bool absent = errno == ENOENT || errno == ENOTDIR;
		vt_err_errno(err, "cannot read '%s'", name);
		if (err && absent)
			(*err)->status = VT_USAGE;
		return NULL;
	}
	VT_AUTO_STR struct vt_str b = VT_STR_INIT;
	char buf[65536];
	for (;;) {
		ssize_t n = read(fd, buf, sizeof(buf));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			vt_err_errno(err, "cannot read '%s'", name);
			return NULL;
		}
		if (n == 0)
			break;
		if (b.len + (size_t)n > max) {
			vt_err_set(err, VT_USAGE,
				"'%s' is larger than %zu bytes", name, max);
			return NULL;
		}
		vt_str_addn(&b, buf, (size_t)n);
	}
	if (len)
		*len = b.len;
	return vt_str_take(&b);
}

int vt_fs_write_all(int fd, const void *data, size_t len, struct vt_err **err)
{
	const char *p = data;
	while (len) {
		ssize_t n = write(fd, p, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return vt_err_errno(err, "cannot write");
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Write to a device or a pipe in place; a rename would replace it by a file. */
static int write_special(
	const char *path, const void *data, size_t len, struct vt_err **err)
{
	VT_AUTO_CLOSE int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return vt_err_errno(err, "cannot write '%s'", path);
	if (vt_fs_write_all(fd, data, len, err) < 0)
		return vt_err_wrap(err, "'%s'", path);
	return 0;
}

static int write_file(const char *path, const void *data, size_t len,
	mode_t mode, bool synced, struct vt_err **err)
{
	VT_AUTO_TMP struct vt_tmp t = VT_TMP_INIT;
	if (vt_tmp_open(&t, path, mode, err) < 0)
		return -1;
	t.unsynced = !synced;
	if (vt_fs_write_all(t.fd, data, len, err) < 0)
		return vt_err_wrap(err, "'%s'", path);
	return vt_tmp_commit(&t, err);
}

int vt_fs_write(const char *path, const void *data, size_t len, mode_t mode,
	struct vt_err **err)
{
	if (!strcmp(path, "-")) {
		if (vt_fs_write_all(STDOUT_FILENO, data, len, err) < 0)
			return vt_err_wrap(err, "standard output");
		return 0;
	}
	struct stat st;
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode) &&
		!S_ISDIR(st.st_mode))
		return write_special(path, data, len, err);
	return write_file(path, data, len, mode, true, err);
}

/* The clocks of file servers differ by some seconds. */
static bool is_future(const struct stat *st)
{
	enum { TOLERANCE_S = 10 };
	return st->st_mtime > vt_clock_now() + TOLERANCE_S;
}

int vt_fs_write_if_changed(const char *path, const void *data, size_t len,
	mode_t mode, struct vt_err **err)
{
	struct stat st;
	if (stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
		st.st_size == (off_t)len && !is_future(&st)) {
		VT_AUTO_FREE char *old = vt_fs_read(path, len, NULL, NULL);
		if (old && !memcmp(old, data, len))
			return 0;
	}
	return write_file(path, data, len, mode, false, err) < 0 ? -1 : 1;
}

/* Copy the data of a file. Holes stay holes, and blocks are shared where the
 * file system can do that. */
static int copy_data(int in, int out, off_t size, struct vt_err **err)
{
	if (ioctl(out, FICLONE, in) == 0)
		return 0;
	if (ftruncate(out, size) < 0)
		return vt_err_errno(err, "cannot write");
	static char buf[1 << 16];
	for (off_t at = 0; at < size;) {
		off_t data = lseek(in, at, SEEK_DATA);
		if (data < 0 && errno == ENXIO)
			return 0; /* the rest is a hole */
		off_t end = data < 0 ? size : lseek(in, data, SEEK_HOLE);
		if (data < 0)
			data = at; /* SEEK_DATA is not supported: copy all */
		for (off_t pos = data; pos < end;) {
			size_t want = sizeof(buf);
			if (end - pos < (off_t)want)
				want = (size_t)(end - pos);
			ssize_t n = pread(in, buf, want, pos);
			if (n < 0)
				return vt_err_errno(err, "cannot read");
			if (n == 0)
				return vt_err_set(err, VT_HOST,
					"file was truncated while it was read");
			for (ssize_t done = 0, m; done < n; done += m) {
				m = pwrite(out, buf + done, (size_t)(n - done),
					pos + done);
				if (m < 0)
					return vt_err_errno(
						err, "cannot write");
			}
			pos += n;
		}
		at = end;
	}
	return 0;
}

int vt_fs_copy(
	const char *from, const char *to, mode_t mode, struct vt_err **err)
{
	VT_AUTO_CLOSE int in = open(from, O_RDONLY | O_CLOEXEC);
	struct stat st;
	if (in < 0 || fstat(in, &st) < 0)
		return vt_err_errno(err, "cannot read '%s'", from);
	VT_AUTO_TMP struct vt_tmp t = VT_TMP_INIT;
	if (vt_tmp_open(&t, to, mode, err) < 0)
		return -1;
	if (copy_data(in, t.fd, st.st_size, err) < 0)
		return vt_err_wrap(err, "cannot copy '%s' to '%s'", from, to);
	return vt_tmp_commit(&t, err);
}

int vt_fs_mkdirs(const char *path, mode_t mode, struct vt_err **err)
{
	VT_AUTO_FREE char *p = vt_strdup(path);
	for (char *s = p + 1; *p; s++) {
		if (*s != '/' && *s != '\0')
			continue;
		char c = *s;
		*s = '\0';
		if (mkdir(p, mode) < 0 && errno != EEXIST)
			return vt_err_errno(
				err, "cannot create directory '%s'", p);
		*s = c;
		if (!c)
			break;
	}
	if (!vt_fs_is_dir(path))
		return vt_err_set(
			err, VT_HOST, "'%s' is not a directory", path);
	return 0;
}

static int remove_at(int dir, const char *name, dev_t dev, struct vt_err **err)
{
	if (unlinkat(dir, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return vt_err_errno(err, "cannot remove '%s'", name);
	int fd = openat(
		dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return vt_err_errno(err, "cannot remove '%s'", name);
	struct stat st;
	if (fstat(fd, &st) < 0 || st.st_dev != dev) {
		close(fd);
		return vt_err_set(err, VT_HOST,
			"cannot remove '%s': it is on another file system",
			name);
	}
	DIR *d = fdopendir(fd);
	if (!d) {
		close(fd);
		return vt_err_errno(err, "cannot remove '%s'", name);
	}
	int rc = 0;
	for (struct dirent *e; rc == 0 && (e = readdir(d));)
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
			rc = remove_at(dirfd(d), e->d_name, dev, err);
	closedir(d);
	if (rc == 0 && unlinkat(dir, name, AT_REMOVEDIR) < 0)
		rc = vt_err_errno(err, "cannot remove '%s'", name);
	return rc;
}

int vt_fs_rmtree(const char *path, struct vt_err **err)
{
	struct stat st;
	bool exists = lstat(path, &st) == 0;
	if (!exists && errno != ENOENT)
		return vt_err_errno(err, "cannot remove '%s'", path);
	if (exists && remove_at(AT_FDCWD, path, st.st_dev, err) < 0)
		return -1;
	vt_cleanup_forget(path);
	return 0;
}

void vt_fs_rmtreep(char **path)
{
	if (*path)
		vt_fs_rmtree(*path, NULL);
	free(*path);
}

char *vt_fs_join(const char *dir, const char *name)
{
	if (name[0] == '/' || !*dir)
		return vt_strdup(name);
	return vt_printf("%s%s%s", dir, vt_str_ends(dir, "/") ? "" : "/", name);
}

char *vt_fs_dirname(const char *path)
{
	const char *slash = strrchr(path, '/');
	if (!slash)
		return vt_strdup(".");
	return vt_strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

const char *vt_fs_basename(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

int vt_fs_need_dir(const char *path, struct vt_err **err)
{
	VT_AUTO_FREE char *dir = vt_fs_dirname(path);
	if (vt_fs_is_dir(dir))
		return 0;
	return vt_err_set(err, VT_USAGE,
		"cannot create '%s': there is no directory '%s'", path, dir);
}

bool vt_fs_exists(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0;
}

bool vt_fs_is_dir(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool vt_fs_in_future(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && is_future(&st);
}

char *vt_fs_tmpdir(const char *prefix, struct vt_err **err)
{
	const char *base = getenv("TMPDIR");
	char *path = vt_printf(
		"%s/%s.XXXXXX", base && *base ? base : "/tmp", prefix);
	if (mkdtemp(path)) {
		vt_cleanup_add(path);
		return path;
	}
	vt_err_errno(err, "cannot create temporary directory '%s'", path);
	free(path);
	return NULL;
}

int vt_fs_list(const char *dir, struct vt_strv *names, struct vt_err **err)
{
	DIR *d = opendir(dir);
	if (!d)
		return vt_err_errno(err, "cannot list '%s'", dir);
	for (struct dirent *e; (e = readdir(d));)
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
			vt_strv_add(names, e->d_name);
	closedir(d);
	vt_strv_sort(names);
	return 0;
}
