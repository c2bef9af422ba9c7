#include "image/bcache.h"

#include <endian.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

enum {
	SECTOR = 512,
	SUPER_AT = 4096,
	MAX_BUCKETS = 256,
	FIRST_DATA = 16, /* in sectors: the least that is possible */
};

/* Source: struct cache_sb_disk. A union gives the first 16 bytes behind `pad`
 * two meanings. */
struct super {
	uint64_t checksum; /* of what follows, with the journal's buckets */
	uint64_t sector, version;
	unsigned char magic[16], uuid[16], set_uuid[16];
	char label[32];
	uint64_t flags, seq, pad[8];
	uint64_t n_buckets_or_data; /* of a cache, or of a backing device */
	uint16_t block_sectors, bucket_sectors, n_in_set, number;
	uint32_t mounted;
	uint16_t first_bucket, n_buckets;
	uint64_t buckets[MAX_BUCKETS];
} __attribute__((packed));

static const unsigned char magic[16] = {0xc6, 0x85, 0x73, 0xf6, 0x4e, 0x1a,
	0x45, 0xca, 0x82, 0x65, 0xf5, 0x7f, 0x48, 0xba, 0x6d, 0x81};

/* CRC-64 of ECMA-182, the highest bit first. */
uint64_t vt_bcache_checksum(const void *data, size_t len)
{
	const unsigned char *p = data;
	uint64_t crc = UINT64_MAX;
	while (len--) {
		crc ^= (uint64_t)*p++ << 56;
		for (int bit = 0; bit < 8; bit++)
			crc = crc << 1 ^ (crc >> 63 ? 0x42f0e1eba9ea3693u : 0);
	}
	return ~crc;
}

static bool is_super(const struct super *s)
{
	size_t from = offsetof(struct super, sector);
	size_t n = le16toh(s->n_buckets);
	return !memcmp(s->magic, magic, sizeof(magic)) && n <= MAX_BUCKETS &&
	       le64toh(s->sector) == SUPER_AT / SECTOR &&
	       le64toh(s->checksum) ==
		       vt_bcache_checksum((const char *)s + from,
			       offsetof(struct super, buckets) +
				       n * sizeof(*s->buckets) - from);
}

static void put_uuid(char out[37], const unsigned char in[16])
{
	size_t at = 0;
	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			out[at++] = '-';
		snprintf(out + at, 3, "%02x", in[i]);
		at += 2;
	}
}

/* Return: false: a version that the kernel does not know, or data that would
 * begin within the superblock */
static bool read_version(const struct super *s, struct vt_bcache *out)
{
	uint64_t data = le64toh(s->n_buckets_or_data);
	out->version = le64toh(s->version);
	switch (out->version) {
	case 0:
	case 3: /* with a UUID */
	case 5: /* with features */
		return true;
	case 1:
		data = FIRST_DATA;
		break;
	case 4: /* with an offset */
	case 6: /* with features */
		break;
	default:
		return false;
	}
	out->backing = true;
	out->data_bytes = data * SECTOR;
	return data >= FIRST_DATA && data <= UINT32_MAX;
}

static int read_fields(const struct super *s, struct vt_bcache *out)
{
	static const char *const modes[] = {
		"writethrough", "writeback", "writearound", "none"};
	uint64_t flags = le64toh(s->flags);
	if (!read_version(s, out))
		return 0;
	put_uuid(out->uuid, s->uuid);
	put_uuid(out->set_uuid, s->set_uuid);
	memcpy(out->label, s->label, sizeof(s->label));
	out->block_bytes = (uint32_t)le16toh(s->block_sectors) * SECTOR;
	if (!out->backing)
		return 1;
	out->state = (enum vt_bcache_state)(flags >> 61 & 3);
	out->mode = (flags & 15) < VT_COUNT(modes) ? modes[flags & 15] : NULL;
	return 1;
}

int vt_bcache_read(const char *path, uint64_t offset_bytes, uint64_t size_bytes,
	struct vt_bcache *out, struct vt_err **err)
{
	struct super s;
	*out = (struct vt_bcache){0};
	VT_AUTO_CLOSE int fd =
		open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return vt_err_errno(err, "cannot open '%s'", path);
	if (size_bytes < SUPER_AT + sizeof(s) ||
		pread(fd, &s, sizeof(s), (off_t)(offset_bytes + SUPER_AT)) !=
			(ssize_t)sizeof(s) ||
		!is_super(&s))
		return 0;
	return read_fields(&s, out);
}
