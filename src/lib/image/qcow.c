#include "image/qcow.h"

#include <errno.h>
#include <fcntl.h>
#include <libqcow.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/tmp.h"
#include "image/qcow_check.h"

enum { CHUNK_MIN = 65536, CHAIN_MAX = 32 };

struct vt_qcow {
	char *path; /* as given, for messages */
	int fd;     /* of the image; after a conversion, of the raw copy */
	uint64_t size;
	char *reader;
	libqcow_file_t *qcow; /* NULL: fd contains the raw bytes */
	/* the last chunk read; consists of complete clusters */
	unsigned char *chunk;
	size_t chunk_size;
	uint64_t chunk_at; /* UINT64_MAX: none */
};

static int qcow_error(struct vt_qcow *d, libqcow_error_t *e, const char *what,
	struct vt_err **err)
{
	char text[512] = "";
	libqcow_error_sprint(e, text, sizeof(text));
	libqcow_error_free(&e);
	text[strcspn(text, "\n")] = '\0';
	return vt_err_set(
		err, VT_HOST, "cannot %s '%s': %s", what, d->path, text);
}

/* A path of the open image that child processes can open, too; owned. */
static char *fd_path(const struct vt_qcow *d)
{
	return vt_printf("/proc/%d/fd/%d", (int)getpid(), d->fd);
}

/* Replace the image's descriptor by that of a temporary file. */
static int replace_fd(struct vt_qcow *d, struct vt_tmp *t, struct vt_err **err)
{
	int fd = fcntl(t->fd, F_DUPFD_CLOEXEC, 0);
	if (fd < 0)
		return vt_err_errno(err, "cannot read '%s'", d->path);
	vt_closep(&d->fd);
	d->fd = fd;
	return 0;
}

/* Copy a pipe, which cannot be read at offsets, to a temporary file. */
static int spool(struct vt_qcow *d, struct vt_err **err)
{
	VT_AUTO_TMP struct vt_tmp t = VT_TMP_INIT;
	if (vt_tmp_scratch(&t, 0600, err) < 0)
		return -1;
	VT_AUTO_FREE char *buf = vt_alloc(1 << 20);
	for (;;) {
		ssize_t n = read(d->fd, buf, 1 << 20);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return vt_err_errno(err, "cannot read '%s'", d->path);
		if (n == 0)
			return replace_fd(d, &t, err);
		if (vt_fs_write_all(t.fd, buf, (size_t)n, err) < 0)
			return vt_err_wrap(err,
				"cannot copy '%s' to a temporary file (set "
				"TMPDIR to choose its directory)",
				d->path);
	}
}

static int convert(struct vt_qcow *d, const char *source, const char *format,
	struct vt_err **err)
{
	VT_AUTO_TMP struct vt_tmp t = VT_TMP_INIT;
	if (vt_tmp_scratch(&t, 0600, err) < 0)
		return -1;
	if (ftruncate(t.fd, (off_t)d->size) < 0)
		return vt_err_errno(err,
			"cannot create a temporary file for '%s'", d->path);
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	vt_strv_addv(&argv, "qemu-img", "convert", "-n", "--target-is-zero",
		"-f", format, "-O", "raw", "--", source, t.tmp, NULL);
	struct vt_run run = {.argv = argv.v, .timeout_ms = 3600 * 1000};
	if (vt_proc_check(&run, err) < 0)
		return vt_err_wrap(err,
			"cannot convert '%s' to a temporary file (set TMPDIR "
			"to choose its directory)",
			d->path);
	if (d->qcow)
		libqcow_file_free(&d->qcow, NULL);
	return replace_fd(d, &t, err);
}

/* Check that every backing file is a local one: qemu-img would also follow
 * names such as json: and nbd:. */
static int check_chain(const char *path, const char *backing, unsigned depth,
	struct vt_err **err)
{
	if (strchr(backing, ':'))
		return vt_err_set(err, VT_HOST,
			"backing file '%s' is not a plain file name", backing);
	if (depth == CHAIN_MAX)
		return vt_err_set(err, VT_HOST,
			"more than %d backing files, or a cycle of them",
			CHAIN_MAX);
	VT_AUTO_FREE char *dir = vt_fs_dirname(path);
	VT_AUTO_FREE char *file = vt_fs_join(dir, backing);
	VT_AUTO_CLOSE int fd =
		open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return vt_err_errno(err, "cannot read backing file '%s'", file);
	struct vt_qcow_header h;
	if (vt_qcow_header_read(fd, &h, err) < 0)
		return vt_err_wrap(err, "backing file '%s'", file);
	if (h.raw || !h.backing[0])
		return 0;
	return check_chain(file, h.backing, depth + 1, err);
}

static int open_by_convert(struct vt_qcow *d, const struct vt_qcow_header *h,
	const char *why, unsigned flags, struct vt_err **err)
{
	/* names of backing files are relative to the real path of the image */
	VT_AUTO_FREE char *real = NULL;
	if (h->backing[0] && strcmp(d->path, "-"))
		real = realpath(d->path, NULL);
	else if (!h->backing[0])
		real = fd_path(d);
	if (h->backing[0]) {
		if (!(flags & VT_QCOW_BACKING) || !real)
			return vt_err_set(err, VT_HOST,
				"'%s' has a backing file ('%s'), which is not "
				"allowed here",
				d->path, h->backing);
		if (check_chain(real, h->backing, 0, err) < 0)
			return vt_err_wrap(err, "'%s'", d->path);
	}
	free(d->reader);
	d->reader = vt_printf("qemu-img: %s", why);
	return convert(d, real, h->version == 1 ? "qcow" : "qcow2", err);
}

static int open_by_libqcow(
	struct vt_qcow *d, const struct vt_qcow_header *h, struct vt_err **err)
{
	VT_AUTO_FREE char *self = fd_path(d);
	libqcow_error_t *e = NULL;
	size64_t size = 0;
	if (libqcow_file_initialize(&d->qcow, &e) != 1 ||
		libqcow_file_open(d->qcow, self, LIBQCOW_OPEN_READ, &e) != 1 ||
		libqcow_file_get_media_size(d->qcow, &size, &e) != 1)
		return qcow_error(d, e, "open", err);
	if (size != d->size)
		return vt_err_set(err, VT_HOST,
			"'%s': libqcow reports a different size than the "
			"header",
			d->path);
	d->reader = vt_strdup("libqcow");
	d->chunk_size = (size_t)1 << h->cluster_bits;
	if (d->chunk_size < CHUNK_MIN)
		d->chunk_size = CHUNK_MIN;
	d->chunk = vt_alloc(d->chunk_size);
	d->chunk_at = UINT64_MAX;
	return 0;
}

/* Open the image as something that can be read at offsets. */
static int open_file(struct vt_qcow *d, struct vt_err **err)
{
	struct stat st;
	bool in = !strcmp(d->path, "-");
	d->fd = in ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
		   : open(d->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (d->fd < 0 || fstat(d->fd, &st) < 0) {
		bool absent = errno == ENOENT || errno == ENOTDIR;
		vt_err_errno(err, "cannot read '%s'", d->path);
		if (err && absent)
			(*err)->status = VT_USAGE;
		return -1;
	}
	if (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode))
		return spool(d, err);
	if (!S_ISREG(st.st_mode) && !S_ISBLK(st.st_mode))
		return vt_err_set(err, VT_USAGE,
			"'%s' is neither a file nor a block device", d->path);
	return 0;
}

static int open_disk(struct vt_qcow *d, unsigned flags, struct vt_err **err)
{
	struct vt_qcow_header h;
	const char *why = NULL;
	if (open_file(d, err) < 0)
		return -1;
	if (vt_qcow_header_read(d->fd, &h, err) < 0)
		return vt_err_wrap(err, "'%s'", d->path);
	if (h.raw) {
		off_t end = lseek(d->fd, 0, SEEK_END);
		if (end < 0)
			return vt_err_errno(err, "cannot read '%s'", d->path);
		d->size = (uint64_t)end;
		d->reader = vt_strdup("raw");
		return 0;
	}
	d->size = h.size;
	if (vt_qcow_header_doubt(d->fd, &h, &why, err) < 0)
		return vt_err_wrap(err, "'%s'", d->path);
	if (why)
		return open_by_convert(d, &h, why, flags, err);
	return open_by_libqcow(d, &h, err);
}

struct vt_qcow *vt_qcow_open(
	const char *path, unsigned flags, struct vt_err **err)
{
	struct vt_qcow *d = vt_alloc(sizeof(*d));
	d->path = vt_strdup(path);
	d->fd = -1;
	if (open_disk(d, flags, err) == 0)
		return d;
	vt_qcow_free(d);
	return NULL;
}

void vt_qcow_free(struct vt_qcow *disk)
{
	if (!disk)
		return;
	if (disk->qcow)
		libqcow_file_free(&disk->qcow, NULL);
	vt_closep(&disk->fd);
	free(disk->chunk);
	free(disk->reader);
	free(disk->path);
	free(disk);
}

void vt_qcow_freep(struct vt_qcow **disk)
{
	vt_qcow_free(*disk);
	*disk = NULL;
}

uint64_t vt_qcow_size(const struct vt_qcow *disk)
{
	return disk->size;
}

const char *vt_qcow_reader(const struct vt_qcow *disk)
{
	return disk->reader;
}

int vt_qcow_fd(struct vt_qcow *disk, struct vt_err **err)
{
	if (!disk->qcow)
		return disk->fd;
	VT_AUTO_FREE char *self = fd_path(disk);
	if (convert(disk, self, "qcow2", err) < 0)
		return -1;
	return disk->fd;
}

static int read_raw(struct vt_qcow *d, unsigned char *buf, size_t len,
	uint64_t offset, struct vt_err **err)
{
	while (len) {
		ssize_t n = pread(d->fd, buf, len, (off_t)offset);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return vt_err_errno(err, "cannot read '%s'", d->path);
		if (n == 0)
			return vt_err_set(err, VT_HOST,
				"'%s' shrank while it was read", d->path);
		buf += n;
		offset += (uint64_t)n;
		len -= (size_t)n;
	}
	return 0;
}

/* Read the chunk that contains `offset` into d->chunk. libqcow is only asked
 * for complete aligned clusters, so that it decompresses each one once. */
static int load_chunk(struct vt_qcow *d, uint64_t offset, struct vt_err **err)
{
	uint64_t at = offset - offset % d->chunk_size;
	if (at == d->chunk_at)
		return 0;
	size_t want = d->chunk_size;
	if (d->size - at < want)
		want = (size_t)(d->size - at);
	libqcow_error_t *e = NULL;
	d->chunk_at = UINT64_MAX;
	ssize_t n = libqcow_file_read_buffer_at_offset(
		d->qcow, d->chunk, want, (off64_t)at, &e);
	if (n < 0)
		return qcow_error(d, e, "read", err);
	if ((size_t)n != want)
		return vt_err_set(err, VT_HOST,
			"'%s': libqcow read %zd bytes instead of %zu", d->path,
			n, want);
	d->chunk_at = at;
	return 0;
}

int vt_qcow_read(struct vt_qcow *disk, void *buf, size_t len, uint64_t offset,
	struct vt_err **err)
{
	unsigned char *to = buf;
	if (len > disk->size || offset > disk->size - len)
		return vt_err_set(err, VT_HOST, "'%s' ends before byte %llu",
			disk->path, (unsigned long long)offset + len);
	if (!disk->qcow)
		return read_raw(disk, to, len, offset, err);
	while (len) {
		if (load_chunk(disk, offset, err) < 0)
			return -1;
		size_t skip = (size_t)(offset - disk->chunk_at);
		size_t n = disk->chunk_size - skip;
		if (n > len)
			n = len;
		memcpy(to, disk->chunk + skip, n);
		to += n;
		offset += n;
		len -= n;
	}
	return 0;
}
