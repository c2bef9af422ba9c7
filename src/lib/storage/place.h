/* Where the content of a device is on disk images, for readers that take a
 * stretch of a file: in place, or in a copy.
 *
 *	struct vt_place *place = vt_place_new(map);
 *	struct vt_stretch s;
 *	if (vt_place_stretch(place, &s, err) < 0) return -1;
 *	... vt_blk_super_read(s.path, s.offset_bytes, s.size_bytes, ...) ...
 *	vt_place_free(place);
 *
 * What is no stretch of one image is copied when it is first asked for, into a
 * file in memory, as large as the device: only the first and last MiBs, which
 * contain superblocks and tables. Elsewhere that file has zeros; vt_map_read()
 * of the map reads all of the device.
 */
#ifndef VT_PLACE_H
#define VT_PLACE_H

#include "image/map.h"

struct vt_blk_table;
struct vt_place;

/* Of a file. */
struct vt_stretch {
	const char *path;
	uint64_t offset_bytes, size_bytes;
};

/** vt_place_new() - takes the reference to the map; NULL if that is NULL */
struct vt_place *vt_place_new(struct vt_map *map);
void vt_place_free(struct vt_place *place);

/** vt_place_map() - borrowed */
struct vt_map *vt_place_map(const struct vt_place *place);

/** vt_place_stretch() - the path is the place's */
int vt_place_stretch(
	struct vt_place *place, struct vt_stretch *out, struct vt_err **err);

/** vt_place_table() - read the partition table, always of a copy, with the
 * sectors of logical partitions too: libfdisk reads whole files only */
int vt_place_table(
	struct vt_place *place, struct vt_blk_table *out, struct vt_err **err);

/**
 * vt_place_is_zero() - does it contain only zero bytes?
 * @at_bytes: set to the offset of the first other byte
 * Return: 1 only zeros, 0 not, -1 error
 */
int vt_place_is_zero(
	struct vt_place *place, uint64_t *at_bytes, struct vt_err **err);

#endif
