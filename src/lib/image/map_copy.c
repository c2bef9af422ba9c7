#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "image/map.h"

enum { CHUNK = 64 << 10, PAGE = 4096 };

static bool is_zero(const unsigned char *p, size_t n)
{
	/* all bytes are zero if the first is, and each equals the next */
	return !n || (!p[0] && !memcmp(p, p + 1, n - 1));
}

static int write_pages(int fd, uint64_t at, const unsigned char *buf, size_t n,
	struct vt_err **err)
{
	for (size_t i = 0; i < n; i += PAGE) {
		size_t k = n - i < PAGE ? n - i : PAGE;
		if (!is_zero(buf + i, k) &&
			pwrite(fd, buf + i, k, (off_t)(at + i)) != (ssize_t)k)
			return vt_err_errno(
				err, "cannot copy parts of a disk image");
	}
	return 0;
}

int vt_map_copy(const struct vt_map *m, int fd, uint64_t from_bytes,
	uint64_t to_bytes, struct vt_err **err)
{
	VT_AUTO_FREE unsigned char *buf = vt_alloc(CHUNK);
	for (uint64_t at = from_bytes; at < to_bytes; at += CHUNK) {
		size_t n =
			to_bytes - at < CHUNK ? (size_t)(to_bytes - at) : CHUNK;
		if (vt_map_read(m, at, buf, n, err) < 0 ||
			write_pages(fd, at, buf, n, err) < 0)
			return -1;
	}
	return 0;
}

int vt_map_is_zero(
	const struct vt_map *m, uint64_t *at_bytes, struct vt_err **err)
{
	VT_AUTO_FREE unsigned char *buf = vt_alloc(CHUNK);
	for (uint64_t at = 0; at < vt_map_size(m); at += CHUNK) {
		/* past the end there are zeros */
		if (vt_map_read(m, at, buf, CHUNK, err) < 0)
			return -1;
		if (is_zero(buf, CHUNK))
			continue;
		for (*at_bytes = at; !buf[*at_bytes - at];)
			++*at_bytes;
		return 0;
	}
	return 1;
}
