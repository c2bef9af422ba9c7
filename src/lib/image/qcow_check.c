#include "image/qcow_check.h"

#include <endian.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

/* Offsets in the header, and bits of table entries. Source:
 * docs/interop/qcow2.txt of QEMU. All numbers are big-endian. */
enum {
	AT_MAGIC = 0,
	AT_VERSION = 4,
	AT_BACKING_OFFSET = 8,
	AT_BACKING_SIZE = 16,
	AT_CLUSTER_BITS = 20,
	AT_SIZE = 24,
	AT_CRYPT = 32,
	AT_L1_ENTRIES = 36,
	AT_L1_OFFSET = 40,
	AT_INCOMPATIBLE = 72,
	V1_SIZE = 48,
	V2_SIZE = 72,
	V3_SIZE = 104,
};
static const uint32_t MAGIC = 0x514649fb; /* "QFI\xfb" */
static const uint64_t DATA_FILE = 1u << 2;
static const uint64_t OFFSET_BITS = 0x00fffffffffffe00;
static const uint64_t COMPRESSED = 1ull << 62;
static const uint64_t ZERO = 1;
/* QEMU's limit for the L1 table: 32 MiB */
static const uint32_t L1_ENTRIES_MAX = (32u << 20) / 8;

static uint32_t be32_at(const unsigned char *p)
{
	uint32_t v;
	memcpy(&v, p, sizeof(v));
	return be32toh(v);
}

static uint64_t be64_at(const unsigned char *p)
{
	uint64_t v;
	memcpy(&v, p, sizeof(v));
	return be64toh(v);
}

static int corrupt(struct vt_err **err, const char *what)
{
	return vt_err_set(err, VT_HOST,
		"qcow2 image is corrupt: %s (run 'qemu-img check' on it)",
		what);
}

/* Return: bytes read, fewer than `len` only at the end of the file; -1 */
static ssize_t read_at(
	int fd, void *buf, size_t len, uint64_t offset, struct vt_err **err)
{
	size_t got = 0;
	while (got < len) {
		ssize_t n = pread(fd, (char *)buf + got, len - got,
			(off_t)(offset + got));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return vt_err_errno(err, "cannot read the image");
		if (n == 0)
			break;
		got += (size_t)n;
	}
	return (ssize_t)got;
}

static int read_backing(int fd, uint64_t offset, uint32_t len,
	struct vt_qcow_header *h, struct vt_err **err)
{
	if (offset == 0 || len == 0)
		return 0;
	if (len >= sizeof(h->backing) || offset > (uint64_t)INT64_MAX - len)
		return corrupt(err, "the backing file's name is out of bounds");
	ssize_t n = read_at(fd, h->backing, len, offset, err);
	if (n < 0)
		return -1;
	if ((size_t)n < len || memchr(h->backing, '\0', len))
		return corrupt(err, "the backing file's name is invalid");
	return 0;
}

int vt_qcow_header_read(int fd, struct vt_qcow_header *h, struct vt_err **err)
{
	unsigned char b[V3_SIZE] = {0};
	*h = (struct vt_qcow_header){0};
	ssize_t n = read_at(fd, b, sizeof(b), 0, err);
	if (n < 0)
		return -1;
	h->raw = n < 4 || be32_at(b + AT_MAGIC) != MAGIC;
	if (h->raw)
		return 0;
	h->version = be32_at(b + AT_VERSION);
	if (h->version < 1 || h->version > 3)
		return vt_err_set(err, VT_HOST,
			"qcow2 image has an unknown version: %u", h->version);
	static const int sizes[] = {0, V1_SIZE, V2_SIZE, V3_SIZE};
	if (n < sizes[h->version])
		return corrupt(err, "the header is truncated");
	h->size = be64_at(b + AT_SIZE);
	if (h->size > INT64_MAX)
		return corrupt(err, "invalid disk size");
	if (read_backing(fd, be64_at(b + AT_BACKING_OFFSET),
		    be32_at(b + AT_BACKING_SIZE), h, err) < 0)
		return -1;
	if (h->version == 1)
		return 0; /* version 1 has a different layout from here on */
	if (be32_at(b + AT_CRYPT) != 0)
		return vt_err_set(err, VT_HOST,
			"qcow2 image is encrypted: decrypt it with 'qemu-img "
			"convert'");
	if (h->version == 3)
		h->incompatible = be64_at(b + AT_INCOMPATIBLE);
	if (h->incompatible & DATA_FILE)
		return vt_err_set(err, VT_HOST,
			"qcow2 image has an external data file: make it one "
			"file with 'qemu-img convert'");
	h->cluster_bits = be32_at(b + AT_CLUSTER_BITS);
	if (h->cluster_bits < 9 || h->cluster_bits > 21)
		return corrupt(err, "invalid cluster size");
	h->l1_offset = be64_at(b + AT_L1_OFFSET);
	h->l1_entries = be32_at(b + AT_L1_ENTRIES);
	return 0;
}

/* Check one L2 table. Return: why libqcow must not read it; NULL: no reason */
static const char *check_l2(const unsigned char *table,
	const struct vt_qcow_header *h, uint64_t file_size)
{
	uint64_t cluster = 1ull << h->cluster_bits;
	for (uint64_t i = 0; i < cluster / 8; i++) {
		uint64_t entry = be64_at(table + i * 8);
		if (entry & COMPRESSED)
			continue;
		if (entry & ZERO)
			return "it has zero clusters";
		/* QEMU reads zeros past the end of the file */
		uint64_t offset = entry & OFFSET_BITS;
		if (offset && offset + cluster > file_size)
			return "its last cluster is truncated";
	}
	return NULL;
}

static int check_tables(int fd, const struct vt_qcow_header *h,
	uint64_t file_size, const char **why, struct vt_err **err)
{
	uint64_t cluster = 1ull << h->cluster_bits;
	uint64_t per_l1 = cluster * (cluster / 8);
	if (h->l1_entries > L1_ENTRIES_MAX)
		return corrupt(err, "the L1 table is too large");
	if (h->size / per_l1 + (h->size % per_l1 != 0) > h->l1_entries)
		return corrupt(err, "the L1 table is too small for the disk");
	uint64_t l1_bytes = (uint64_t)h->l1_entries * 8;
	if (l1_bytes > file_size || h->l1_offset > file_size - l1_bytes)
		return corrupt(err, "the L1 table is outside the file");
	VT_AUTO_FREE unsigned char *l1 = vt_alloc(l1_bytes + 1);
	VT_AUTO_FREE unsigned char *l2 = vt_alloc(cluster);
	if (read_at(fd, l1, l1_bytes, h->l1_offset, err) < 0)
		return -1;
	uint64_t tables = 0;
	for (uint32_t i = 0; i < h->l1_entries && !*why; i++) {
		uint64_t offset = be64_at(l1 + (uint64_t)i * 8) & OFFSET_BITS;
		if (!offset)
			continue;
		/* more tables than clusters: some are used twice */
		if (offset % cluster || offset + cluster > file_size ||
			++tables > file_size / cluster)
			return corrupt(
				err, "the offset of an L2 table is invalid");
		if (read_at(fd, l2, cluster, offset, err) < 0)
			return -1;
		*why = check_l2(l2, h, file_size);
	}
	return 0;
}

int vt_qcow_header_doubt(int fd, const struct vt_qcow_header *h,
	const char **why, struct vt_err **err)
{
	struct stat st;
	if (fstat(fd, &st) < 0)
		return vt_err_errno(err, "cannot read the image");
	off_t end = S_ISBLK(st.st_mode) ? lseek(fd, 0, SEEK_END) : st.st_size;
	*why = NULL;
	if (h->version == 1)
		*why = "it has version 1";
	else if (h->backing[0])
		*why = "it has a backing file";
	else if (h->incompatible)
		*why = "it has incompatible features";
	else
		return check_tables(fd, h, (uint64_t)end, why, err);
	return 0;
}
