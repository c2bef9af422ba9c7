#include "storage/place.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"

enum { WINDOW = 4 << 20, CHUNK = 64 << 10 };

/* The image's bytes in [from, to) of an extent, to `at` of the copy. */
static int copy(int out, uint64_t at, const struct vt_extent *e, uint64_t from,
	uint64_t to, struct vt_err **err)
{
	VT_AUTO_CLOSE int in =
		open(e->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	VT_AUTO_FREE char *buf = vt_alloc(CHUNK);
	if (in < 0)
		return vt_err_errno(err, "cannot open '%s'", e->path);
	while (from < to) {
		size_t want = to - from < CHUNK ? (size_t)(to - from) : CHUNK;
		ssize_t n =
			pread(in, buf, want, (off_t)(e->offset_bytes + from));
		if (n < 0)
			return vt_err_errno(err, "cannot read '%s'", e->path);
		if (n == 0)
			return 0; /* past its end there are zeros */
		if (pwrite(out, buf, (size_t)n, (off_t)at) != n)
			return vt_err_errno(err, "cannot keep a superblock");
		from += (uint64_t)n;
		at += (uint64_t)n;
	}
	return 0;
}

/* What of [from, to) of the device lies in each of its extents. */
static int copy_window(int out, const struct vt_extent *place, size_t n,
	uint64_t from, uint64_t to, struct vt_err **err)
{
	uint64_t start = 0;
	for (size_t i = 0; i < n; i++) {
		const struct vt_extent *e = &place[i];
		uint64_t end = start + e->size_bytes;
		uint64_t a = from > start ? from : start;
		uint64_t b = to < end ? to : end;
		if (a < b && copy(out, a, e, a - start, b - start, err) < 0)
			return -1;
		start = end;
	}
	return 0;
}

/* The first and last MiBs as a file without a name.
 * Return: its descriptor, or -1 */
static int copy_ends(
	const struct vt_extent *place, size_t n, struct vt_err **err)
{
	uint64_t size = 0;
	for (size_t i = 0; i < n; i++)
		if (__builtin_add_overflow(size, place[i].size_bytes, &size))
			return vt_err_set(
				err, VT_FAILED, "a device exceeds 16 EiB");
	VT_AUTO_CLOSE int fd = memfd_create("superblocks", MFD_CLOEXEC);
	if (fd < 0 || ftruncate(fd, (off_t)size) < 0)
		return vt_err_errno(err, "cannot keep superblocks");
	uint64_t tail = size > WINDOW ? size - WINDOW : 0;
	if (copy_window(fd, place, n, 0, WINDOW, err) < 0 ||
		copy_window(fd, place, n, tail, size, err) < 0)
		return -1;
	int done = fd;
	fd = -1;
	return done;
}

static int super_of_several(const struct vt_extent *place, size_t n,
	struct vt_blk_super *out, struct vt_err **err)
{
	VT_AUTO_CLOSE int fd = copy_ends(place, n, err);
	VT_AUTO_FREE char *path = vt_printf("/proc/self/fd/%d", fd);
	return fd < 0 ? -1 : vt_blk_super_read(path, 0, 0, out, err);
}

int vt_place_table(const struct vt_extent *place, size_t n,
	unsigned sector_bytes, struct vt_blk_table *out, struct vt_err **err)
{
	VT_AUTO_CLOSE int fd = copy_ends(place, n, err);
	VT_AUTO_FREE char *path = vt_printf("/proc/self/fd/%d", fd);
	*out = (struct vt_blk_table){0};
	return fd < 0 ? -1 : vt_blk_table_read(path, sector_bytes, out, err);
}

int vt_place_super(const struct vt_extent *place, size_t n,
	struct vt_blk_super *out, struct vt_err **err)
{
	*out = (struct vt_blk_super){0};
	if (n == 0)
		return 0;
	if (n > 1)
		return super_of_several(place, n, out, err);
	return vt_blk_super_read(
		place->path, place->offset_bytes, place->size_bytes, out, err);
}
