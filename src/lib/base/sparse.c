#include "base/sparse.h"

#include <endian.h>
#include <errno.h>
#include <linux/fs.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/sha256.h"

enum { PAGE = 4096, BUFFER = 64 * PAGE };

struct copy {
	int in, out;     /* out: -1 if there is nothing to write */
	EVP_MD_CTX *sum; /* NULL: no checksum */
	unsigned char *buf;
};

static void free_copy(struct copy *c)
{
	EVP_MD_CTX_free(c->sum);
	vt_freep(&c->buf);
}

static bool is_zero(const unsigned char *p, size_t len)
{
	return p[0] == 0 && !memcmp(p, p + 1, len - 1);
}

static int write_at(int out, const unsigned char *p, size_t len, off_t at,
	struct vt_err **err)
{
	for (ssize_t n; len; p += n, at += n, len -= (size_t)n) {
		n = pwrite(out, p, len, at);
		if (n < 0 && errno == EINTR)
			n = 0;
		else if (n < 0)
			return vt_err_errno(err, "cannot write");
	}
	return 0;
}

static void add_page(
	const struct copy *c, const unsigned char *p, size_t len, off_t at)
{
	uint64_t offset = htole64((uint64_t)at);
	vt_sha256_add(c->sum, &offset, sizeof(offset));
	vt_sha256_add(c->sum, p, len);
}

/* Of `len` bytes at `at`, a multiple of a page: runs of pages that are not
 * zeros. */
static int take(const struct copy *c, size_t len, off_t at, struct vt_err **err)
{
	size_t from = 0; /* of the current run */
	for (size_t i = 0; i < len; i += PAGE) {
		size_t n = len - i < PAGE ? len - i : PAGE;
		bool zero = is_zero(c->buf + i, n);
		if (!zero && c->sum)
			add_page(c, c->buf + i, n, at + (off_t)i);
		if (!zero && i + n < len)
			continue;
		size_t end = zero ? i : len;
		if (c->out >= 0 && end > from &&
			write_at(c->out, c->buf + from, end - from,
				at + (off_t)from, err) < 0)
			return -1;
		from = i + n;
	}
	return 0;
}

/* Copy what is from `at` to `end` in the kernel, if it can, which takes half
 * the time. Return: where the rest begins */
static off_t in_kernel(const struct copy *c, off_t at, off_t end)
{
	off_t to = at;
	while (at < end)
		if (copy_file_range(c->in, &at, c->out, &to, (size_t)(end - at),
			    0) <= 0)
			break;
	return at;
}

/* Take what is from `at` to `end`. */
static int extent(
	const struct copy *c, off_t at, off_t end, struct vt_err **err)
{
	if (c->out >= 0 && !c->sum)
		at = in_kernel(c, at, end);
	while (at < end) {
		size_t want = end - at < BUFFER ? (size_t)(end - at) : BUFFER;
		size_t got = 0;
		while (got < want) {
			ssize_t n = pread(c->in, c->buf + got, want - got,
				at + (off_t)got);
			if (n < 0 && errno == EINTR)
				continue;
			if (n < 0)
				return vt_err_errno(err, "cannot read");
			if (n == 0)
				return vt_err_set(err, VT_HOST,
					"file was truncated while it was read");
			got += (size_t)n;
		}
		if (take(c, want, at, err) < 0)
			return -1;
		at += (off_t)want;
	}
	return 0;
}

static int each_extent(const struct copy *c, off_t size, struct vt_err **err)
{
	for (off_t at = 0; at < size;) {
		off_t data = lseek(c->in, at, SEEK_DATA);
		if (data < 0 && errno == ENXIO)
			return 0; /* the rest is a hole */
		off_t hole = data < 0 ? -1 : lseek(c->in, data, SEEK_HOLE);
		/* without SEEK_DATA all is data; pages must not be divided */
		off_t from = data < 0 ? at : data - data % PAGE;
		off_t end = hole < 0 ? size : hole;
		if (end % PAGE)
			end += PAGE - end % PAGE;
		if (end > size)
			end = size;
		if (extent(c, from < at ? at : from, end, err) < 0)
			return -1;
		at = end;
	}
	return 0;
}

int vt_sparse_copy(int in, int out, char sum[65], struct vt_err **err)
{
	struct stat st;
	if (out < 0 && !sum)
		return 0;
	if (fstat(in, &st) < 0)
		return vt_err_errno(err, "cannot read");
	bool shared = out >= 0 && ioctl(out, FICLONE, in) == 0;
	if (shared && !sum)
		return 0;
	if (out >= 0 && !shared && ftruncate(out, st.st_size) < 0)
		return vt_err_errno(err, "cannot write");
	__attribute__((cleanup(free_copy))) struct copy c = {
		.in = in,
		.out = shared ? -1 : out,
		.sum = sum ? vt_sha256_new() : NULL,
		.buf = vt_alloc(BUFFER),
	};
	uint64_t size = htole64((uint64_t)st.st_size);
	if (sum)
		vt_sha256_add(c.sum, &size, sizeof(size));
	if (each_extent(&c, st.st_size, err) < 0)
		return -1;
	if (sum)
		vt_sha256_end(c.sum, sum);
	return 0;
}
