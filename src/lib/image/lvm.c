#include "image/lvm.h"

#include <endian.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

enum {
	SECTOR = 512,
	LABEL_SECTORS = 4, /* the label is in one of these */
	AREA_HEADER = 512, /* of a metadata area */
	MAX_AREAS = 8,
	MAX_TEXT = 4 << 20,
};

/* Source: lib/label/label.h: struct label_header */
struct label {
	char id[8]; /* LABELONE */
	uint64_t sector;
	uint32_t crc; /* from the next field to the end of the sector */
	uint32_t offset;
	char type[8]; /* LVM2 001 */
} __attribute__((packed));

/* Source: lib/format_text/layout.h: disk_locn, raw_locn, mda_header */
struct area {
	uint64_t offset, size;
} __attribute__((packed));

struct text_at {
	uint64_t offset, size;
	uint32_t crc, flags; /* 1: to be ignored */
} __attribute__((packed));

struct area_header {
	uint32_t crc; /* from the next field to the end of the header */
	char magic[16];
	uint32_t version;
	uint64_t start, size;
	struct text_at texts[4];
} __attribute__((packed));

uint32_t vt_lvm_checksum(uint32_t start, const void *data, size_t len)
{
	const unsigned char *p = data;
	uint32_t crc = start;
	while (len--) {
		crc ^= *p++;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
	}
	return crc;
}

/* The stretch of an image that is the volume. */
struct volume {
	int fd;
	uint64_t offset, size;
};

static int read_at(const struct volume *v, uint64_t at, void *buf, size_t len)
{
	if (at > v->size || len > v->size - at)
		return 0;
	return pread(v->fd, buf, len, (off_t)(v->offset + at)) == (ssize_t)len;
}

static int is_label(const unsigned char *sector)
{
	const struct label *l = (const struct label *)sector;
	size_t from = offsetof(struct label, offset);
	return !memcmp(l->id, "LABELONE", 8) &&
	       !memcmp(l->type, "LVM2 001", 8) &&
	       le32toh(l->crc) == vt_lvm_checksum(VT_LVM_CHECKSUM_START,
					  sector + from, SECTOR - from);
}

/* Where metadata is: the second list of areas in the header of a physical
 * volume, which is a UUID, a size and two lists that end with zeros. */
static size_t find_areas(
	const unsigned char *sector, struct vt_lvm *out, struct area *areas)
{
	size_t at = le32toh(((const struct label *)sector)->offset);
	size_t n = 0, lists = 0;
	if (at > SECTOR - 32 - 8)
		return 0;
	memcpy(out->uuid, sector + at, 32);
	for (at += 32 + 8; at + sizeof(struct area) <= SECTOR && lists < 2;
		at += sizeof(struct area)) {
		struct area a;
		memcpy(&a, sector + at, sizeof(a));
		if (!a.offset)
			lists++;
		else if (lists == 1 && n < MAX_AREAS)
			areas[n++] = a;
	}
	return n;
}

/* The text wraps around at the end of its area, after the header. */
static char *read_text(const struct volume *v, uint64_t area, uint64_t size,
	const struct text_at *t)
{
	uint64_t offset = le64toh(t->offset), len = le64toh(t->size);
	if (!len || len > MAX_TEXT || size < AREA_HEADER || offset >= size ||
		offset < AREA_HEADER || len > size - AREA_HEADER)
		return NULL;
	uint64_t first = len < size - offset ? len : size - offset;
	VT_AUTO_FREE char *text = vt_alloc(len + 1);
	if (!read_at(v, area + offset, text, first) ||
		!read_at(v, area + AREA_HEADER, text + first, len - first) ||
		vt_lvm_checksum(VT_LVM_CHECKSUM_START, text, len) !=
			le32toh(t->crc))
		return NULL;
	char *done = text;
	text = NULL;
	return done;
}

static int read_area(
	const struct volume *v, const struct area *a, struct vt_lvm_group *out)
{
	struct area_header h;
	unsigned char sector[AREA_HEADER];
	uint64_t at = le64toh(a->offset), size = le64toh(a->size);
	if (!read_at(v, at, sector, sizeof(sector)))
		return 0;
	memcpy(&h, sector, sizeof(h));
	if (memcmp(h.magic, " LVM2 x[5A%r0N*>", 16) != 0 ||
		le32toh(h.version) != 1 || le64toh(h.start) != at ||
		le64toh(h.size) != size ||
		le32toh(h.crc) != vt_lvm_checksum(VT_LVM_CHECKSUM_START,
					  sector + 4, sizeof(sector) - 4) ||
		(le32toh(h.texts[0].flags) & 1))
		return 0;
	VT_AUTO_FREE char *text = read_text(v, at, size, &h.texts[0]);
	return text && vt_lvm_group_parse(text, le64toh(h.texts[0].size), out);
}

static int read_volume(const struct volume *v, struct vt_lvm *out)
{
	_Alignas(8) unsigned char sectors[LABEL_SECTORS][SECTOR];
	struct area areas[MAX_AREAS];
	size_t i = 0;
	if (!read_at(v, 0, sectors, sizeof(sectors)))
		return 0;
	while (i < LABEL_SECTORS && !is_label(sectors[i]))
		i++;
	if (i == LABEL_SECTORS)
		return 0;
	size_t n = find_areas(sectors[i], out, areas);
	for (size_t k = 0; k < n && !out->group.name; k++)
		read_area(v, &areas[k], &out->group);
	return 1;
}

int vt_lvm_read(const char *path, uint64_t offset_bytes, uint64_t size_bytes,
	struct vt_lvm *out, struct vt_err **err)
{
	*out = (struct vt_lvm){0};
	VT_AUTO_CLOSE int fd =
		open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return vt_err_errno(err, "cannot open '%s'", path);
	return read_volume(&(struct volume){fd, offset_bytes, size_bytes}, out);
}

void vt_lvm_free(struct vt_lvm *lvm)
{
	vt_lvm_group_free(&lvm->group);
}
