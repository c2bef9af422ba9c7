#include "storage/place.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "image/blk.h"

/* The metadata of a physical volume is in the first MiB, and past it if its
 * extents begin there; at the end are superblocks and a copy of a GPT. */
enum { HEAD = 4 << 20, TAIL = 1 << 20 };
enum { SECTOR = 512, MAX_LOGICAL = 256 };

struct vt_place {
	struct vt_map *map;
	char *copy; /* the path of a copy; NULL: not yet made */
	int fd;
};

struct vt_place *vt_place_new(struct vt_map *map)
{
	if (!map)
		return NULL;
	struct vt_place *p = vt_alloc(sizeof(*p));
	*p = (struct vt_place){.map = map, .fd = -1};
	return p;
}

void vt_place_free(struct vt_place *place)
{
	if (!place)
		return;
	vt_map_unref(place->map);
	free(place->copy);
	vt_closep(&place->fd);
	free(place);
}

struct vt_map *vt_place_map(const struct vt_place *place)
{
	return place->map;
}

static int make_copy(struct vt_place *p, struct vt_err **err)
{
	uint64_t size = vt_map_size(p->map);
	uint64_t head = size < HEAD ? size : HEAD;
	uint64_t tail = size - head < TAIL ? head : size - TAIL;
	VT_AUTO_CLOSE int fd = memfd_create("superblocks", MFD_CLOEXEC);
	if (fd < 0 || ftruncate(fd, (off_t)size) < 0)
		return vt_err_errno(err, "cannot keep superblocks");
	if (vt_map_copy(p->map, fd, 0, head, err) < 0 ||
		vt_map_copy(p->map, fd, tail, size, err) < 0)
		return -1;
	p->copy = vt_printf("/proc/self/fd/%d", fd);
	p->fd = fd;
	fd = -1;
	return 0;
}

int vt_place_stretch(
	struct vt_place *place, struct vt_stretch *out, struct vt_err **err)
{
	*out = (struct vt_stretch){.size_bytes = vt_map_size(place->map)};
	if (vt_map_stretch(place->map, &out->path, &out->offset_bytes))
		return 0;
	if (!place->copy && make_copy(place, err) < 0)
		return -1;
	out->path = place->copy;
	return 0;
}

static uint32_t number(const unsigned char *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

/* Where the first entry of an extended type in an msdos table starts; 0: there
 * is none. */
static uint32_t find_extended(const unsigned char *sector)
{
	if (sector[510] != 0x55 || sector[511] != 0xaa)
		return 0;
	for (const unsigned char *e = sector + 446; e < sector + 510; e += 16)
		if (e[4] == 0x05 || e[4] == 0x0f || e[4] == 0x85)
			return number(e + 8);
	return 0;
}

/* Each logical partition of an msdos table has a sector before it, anywhere on
 * the device, with its entry, and one for the next sector. */
static int copy_logical(struct vt_place *p, struct vt_err **err)
{
	unsigned char sector[SECTOR];
	uint64_t unit = vt_map_sector(p->map), at = 0;
	uint32_t extended = 0;
	for (int i = 0; i < MAX_LOGICAL; i++) {
		if (vt_map_read(p->map, at, sector, SECTOR, err) < 0)
			return -1;
		uint32_t next = find_extended(sector);
		if (at && pwrite(p->fd, sector, SECTOR, (off_t)at) != SECTOR)
			return vt_err_errno(err, "cannot keep a table");
		if (!next)
			break;
		at = ((uint64_t)extended + next) * unit;
		if (!extended)
			extended = next;
		if (at >= vt_map_size(p->map))
			break;
	}
	return 0;
}

int vt_place_table(
	struct vt_place *place, struct vt_blk_table *out, struct vt_err **err)
{
	*out = (struct vt_blk_table){0};
	if ((!place->copy && make_copy(place, err) < 0) ||
		copy_logical(place, err) < 0)
		return -1;
	return vt_blk_table_read(
		place->copy, vt_map_sector(place->map), out, err);
}

int vt_place_is_zero(
	struct vt_place *place, uint64_t *at_bytes, struct vt_err **err)
{
	const char *path;
	uint64_t offset = 0, size = vt_map_size(place->map);
	if (vt_map_stretch(place->map, &path, &offset)) {
		int rc = vt_blk_is_zero(path, offset, size, at_bytes, err);
		*at_bytes -= rc == 0 ? offset : 0;
		return rc;
	}
	return vt_map_is_zero(place->map, at_bytes, err);
}
