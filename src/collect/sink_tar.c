/* A sink that writes a tar stream to a descriptor. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "nameset.h"
#include "sink_tar.h"

struct tar_sink {
	struct vt_sink base;
	struct archive *a;
	nameset names; /* of files */
	uint64_t size, at;
	int fd;
	bool dropped; /* discard everything that is written */
};

static struct tar_sink *self(struct vt_sink *s)
{
	return (struct tar_sink *)s;
}

static int fail(struct tar_sink *t, struct vt_err **err)
{
	const char *why = archive_error_string(t->a);
	return vt_err_set(err, VT_HOST, "cannot write the tar stream: %s",
		why ? why : "unknown error");
}

static la_ssize_t on_write(
	struct archive *a, void *arg, const void *buf, size_t len)
{
	const struct tar_sink *t = arg;
	if (t->dropped)
		return (la_ssize_t)len;
	ssize_t n = write(t->fd, buf, len);
	if (n < 0)
		archive_set_error(a, errno, "%s", strerror(errno));
	return n;
}

static int put_header(struct tar_sink *t, const struct vt_sink_file *m,
	unsigned type, const char *link, struct vt_err **err)
{
	struct archive_entry *e = archive_entry_new();
	archive_entry_set_pathname(e, m->name);
	archive_entry_set_filetype(e, type);
	archive_entry_set_perm(e, m->exec ? 0755 : 0644);
	archive_entry_set_size(e, link ? 0 : (int64_t)m->size);
	archive_entry_set_mtime(
		e, m->mtime < 0 || m->mtime >> 40 ? 0 : m->mtime, 0);
	if (link)
		archive_entry_set_hardlink(e, link);
	int rc = archive_write_header(t->a, e);
	archive_entry_free(e);
	return rc == ARCHIVE_OK || rc == ARCHIVE_WARN ? 0 : fail(t, err);
}

static int tar_dir(struct vt_sink *s, const char *name, struct vt_err **err)
{
	struct vt_sink_file m = {.name = name, .exec = true};
	return put_header(self(s), &m, AE_IFDIR, NULL, err);
}

static int tar_file(
	struct vt_sink *s, const struct vt_sink_file *m, struct vt_err **err)
{
	struct tar_sink *t = self(s);
	if (!nameset_add(&t->names, m->name, m->size))
		return 1;
	t->size = m->size;
	t->at = 0;
	return put_header(t, m, AE_IFREG, NULL, err);
}

static int put(
	struct tar_sink *t, const void *buf, size_t len, struct vt_err **err)
{
	while (len) {
		la_ssize_t n = archive_write_data(t->a, buf, len);
		if (n <= 0)
			return fail(t, err);
		buf = (const char *)buf + n;
		len -= (size_t)n;
		t->at += (uint64_t)n;
	}
	return 0;
}

static int put_zeros(struct tar_sink *t, uint64_t up_to, struct vt_err **err)
{
	static const char zeros[65536];
	while (t->at < up_to) {
		uint64_t gap = up_to - t->at;
		size_t n = gap < sizeof(zeros) ? (size_t)gap : sizeof(zeros);
		if (put(t, zeros, n, err) < 0)
			return -1;
	}
	return 0;
}

static int tar_write(struct vt_sink *s, const void *buf, size_t len,
	uint64_t offset, struct vt_err **err)
{
	struct tar_sink *t = self(s);
	if (put_zeros(t, offset, err) < 0)
		return -1;
	return put(t, buf, len, err);
}

static int tar_end(struct vt_sink *s, struct vt_err **err)
{
	struct tar_sink *t = self(s);
	return put_zeros(t, t->size, err);
}

static int64_t tar_size(struct vt_sink *s, const char *name)
{
	return nameset_size(&self(s)->names, name);
}

/* Data that was written to the stream cannot be read again, so the copy is
 * written as a hard link to the earlier file. */
static int tar_copy(struct vt_sink *s, const char *from,
	const struct vt_sink_file *m, struct vt_err **err)
{
	struct tar_sink *t = self(s);
	if (!nameset_add(&t->names, m->name, m->size))
		return 1;
	return put_header(t, m, AE_IFREG, from, err);
}

static int tar_finish(struct vt_sink *s, struct vt_err **err)
{
	struct tar_sink *t = self(s);
	return archive_write_close(t->a) == ARCHIVE_OK ? 0 : fail(t, err);
}

static void tar_free(struct vt_sink *s)
{
	struct tar_sink *t = self(s);
	/* Do not write the end of an unfinished archive, so that its reader
	 * detects that it is truncated. (archive_write_fail() would leak.) */
	t->dropped = true;
	archive_write_free(t->a);
	nameset_free(&t->names);
	free(t);
}

static const struct vt_sink_ops tar_ops = {
	.dir = tar_dir,
	.file = tar_file,
	.write = tar_write,
	.end = tar_end,
	.size = tar_size,
	.copy = tar_copy,
	.finish = tar_finish,
	.free = tar_free,
};

struct vt_sink *sink_tar_open(int fd, struct vt_err **err)
{
	struct tar_sink *t = vt_alloc(sizeof(*t));
	t->base.ops = &tar_ops;
	t->fd = fd;
	t->a = archive_write_new();
	/* GNU format: writes names as bytes, regardless of the locale */
	if (archive_write_set_format_gnutar(t->a) == ARCHIVE_OK &&
		archive_write_open(t->a, t, NULL, on_write, NULL) == ARCHIVE_OK)
		return &t->base;
	fail(t, err);
	tar_free(&t->base);
	return NULL;
}
