#include "http/fetch_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

enum {
	BUFFER = 128 << 10,
	BLOCK = 4096,        /* an aligned block of zeros becomes a hole */
	WRITE_OUT = 8 << 20, /* start writing to disk after so many bytes */
};

static int write_at(struct vt_fetch_file *f, const unsigned char *p, size_t len,
	uint64_t at)
{
	while (len) {
		ssize_t n = pwrite(f->fd, p, len, (off_t)at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		p += n;
		at += (uint64_t)n;
		len -= (size_t)n;
	}
	f->size = at > f->size ? at : f->size;
	return 0;
}

static bool is_zero(const unsigned char *p, size_t len)
{
	return p[0] == 0 && !memcmp(p, p + 1, len - 1);
}

/* The length of the leading blocks that are all zero, or all not. */
static size_t run(const unsigned char *p, size_t len, uint64_t at, bool *zero)
{
	size_t end = 0;
	*zero = false;
	while (end < len) {
		size_t step = BLOCK - (size_t)((at + end) % BLOCK);
		step = step < len - end ? step : len - end;
		bool z = step == BLOCK && is_zero(p + end, step);
		if (end == 0)
			*zero = z;
		else if (z != *zero)
			break;
		end += step;
	}
	return end;
}

void vt_fetch_file_start(struct vt_fetch_file *f, int fd)
{
	*f = (struct vt_fetch_file){.fd = fd, .hash = vt_sha256_new()};
}

void vt_fetch_file_free(struct vt_fetch_file *f)
{
	EVP_MD_CTX_free(f->hash);
}

int vt_fetch_file_add(struct vt_fetch_file *f, const void *data, size_t len)
{
	const unsigned char *p = data;
	int error = 0;
	vt_sha256_add(f->hash, p, len);
	for (bool zero; len && !error;) {
		size_t n = run(p, len, f->at, &zero);
		if (!zero)
			error = write_at(f, p, n, f->at);
		p += n;
		len -= n;
		f->at += n;
	}
	/* a hole at the end: the size must show what can be resumed */
	if (!error && f->at > f->size) {
		f->size = f->at;
		error = ftruncate(f->fd, (off_t)f->at) < 0 ? errno : 0;
	}
	if (!error && f->at - f->synced >= WRITE_OUT) {
		sync_file_range(f->fd, (off_t)f->synced,
			(off_t)(f->at - f->synced), SYNC_FILE_RANGE_WRITE);
		f->synced = f->at;
	}
	return error;
}

int vt_fetch_file_restart(struct vt_fetch_file *f)
{
	vt_sha256_restart(f->hash);
	f->at = f->size = f->synced = 0;
	return ftruncate(f->fd, 0) < 0 ? errno : 0;
}

int vt_fetch_file_prefix(struct vt_fetch_file *f, uint64_t length)
{
	VT_AUTO_FREE unsigned char *buf = vt_alloc(BUFFER);
	while (f->at < length) {
		size_t want = length - f->at < BUFFER ? length - f->at : BUFFER;
		ssize_t n = pread(f->fd, buf, want, (off_t)f->at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? errno : EIO;
		vt_sha256_add(f->hash, buf, (size_t)n);
		f->at += (uint64_t)n;
	}
	f->size = f->synced = f->at;
	return ftruncate(f->fd, (off_t)f->at) < 0 ? errno : 0;
}

int vt_fetch_file_end(struct vt_fetch_file *f, bool sync, char hex[65])
{
	vt_sha256_end(f->hash, hex);
	return sync && fsync(f->fd) < 0 ? errno : 0;
}
