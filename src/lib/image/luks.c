#include "image/luks.h"

#include <endian.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"

enum {
	MIN_HEADER = 16 << 10,
	MAX_HEADER = 4 << 20,
	SHA256_BYTES = 32,
};

/* Source: struct luks2_hdr_disk. Version 1 has its UUID at the same place, and
 * the other fields elsewhere. Numbers are big endian. */
struct header {
	char magic[6];
	uint16_t version;
	uint64_t size, seq; /* of this copy, with the JSON that follows */
	char label[48], checksum_kind[32];
	unsigned char salt[64];
	char uuid[40], subsystem[48];
	uint64_t at; /* of this copy */
	unsigned char pad[184], checksum[64];
} __attribute__((packed));

/* The stretch of an image that is the volume. */
struct volume {
	int fd;
	uint64_t offset, size;
};

static bool read_at(const struct volume *v, uint64_t at, void *buf, size_t len)
{
	return at <= v->size && len <= v->size - at &&
	       pread(v->fd, buf, len, (off_t)(v->offset + at)) == (ssize_t)len;
}

/* The checksum is of all of the copy, where it is itself zero. */
static bool sum_fits(const struct volume *v, uint64_t at, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	VT_AUTO_FREE char *copy = vt_alloc(size);
	struct header *h = (struct header *)copy;
	char want[2 * SHA256_BYTES + 1] = "", sum[65];
	if (!read_at(v, at, copy, size))
		return false;
	for (size_t i = 0; i < SHA256_BYTES; i++) {
		want[2 * i] = digits[h->checksum[i] >> 4];
		want[2 * i + 1] = digits[h->checksum[i] & 15];
	}
	memset(h->checksum, 0, sizeof(h->checksum));
	vt_sha256_hex(copy, size, sum);
	return !strcmp(sum, want);
}

/* cryptsetup makes no checksum but SHA-256. */
static bool is_copy(const struct volume *v, uint64_t at, const char magic[6],
	struct header *h)
{
	if (!read_at(v, at, h, sizeof(*h)) || memcmp(h->magic, magic, 6) != 0 ||
		be16toh(h->version) != 2 || be64toh(h->at) != at)
		return false;
	uint64_t size = be64toh(h->size);
	return size >= MIN_HEADER && size <= MAX_HEADER &&
	       !strncmp(h->checksum_kind, "sha256", sizeof(h->checksum_kind)) &&
	       sum_fits(v, at, size);
}

/* The second copy follows the first, which has one of these sizes. */
static bool find_copy(const struct volume *v, struct header *h)
{
	if (is_copy(v, 0, "LUKS\xba\xbe", h))
		return true;
	for (uint64_t at = MIN_HEADER; at <= MAX_HEADER; at *= 2)
		if (is_copy(v, at, "SKUL\xba\xbe", h))
			return true;
	return false;
}

static int read_volume(const struct volume *v, struct vt_luks *out)
{
	struct header h;
	if (find_copy(v, &h)) {
		out->version = 2;
		memcpy(out->label, h.label, sizeof(h.label));
	} else if (read_at(v, 0, &h, sizeof(h)) &&
		   !memcmp(h.magic, "LUKS\xba\xbe", 6) &&
		   be16toh(h.version) == 1) {
		out->version = 1;
	} else {
		return 0;
	}
	memcpy(out->uuid, h.uuid, sizeof(h.uuid));
	return 1;
}

int vt_luks_read(const char *path, uint64_t offset_bytes, uint64_t size_bytes,
	struct vt_luks *out, struct vt_err **err)
{
	*out = (struct vt_luks){0};
	VT_AUTO_CLOSE int fd =
		open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return vt_err_errno(err, "cannot open '%s'", path);
	return read_volume(&(struct volume){fd, offset_bytes, size_bytes}, out);
}
