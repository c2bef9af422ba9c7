/* The content of a device that consists of parts of disk images. */
#ifndef VT_PLACE_H
#define VT_PLACE_H

#include "image/blk.h"
#include "storage/look.h"

/**
 * vt_place_super() - identify the file system, swap or other superblock
 * @place: parts in the order of the device. A single part is read in place; of
 *   several, the first and last MiBs, which contain the superblocks, are copied
 *   into memory.
 */
int vt_place_super(const struct vt_extent *place, size_t n,
	struct vt_blk_super *out, struct vt_err **err);

/** vt_place_table() - read the partition table, of a copy as above: libfdisk
 * reads whole images only */
int vt_place_table(const struct vt_extent *place, size_t n,
	unsigned sector_bytes, struct vt_blk_table *out, struct vt_err **err);

#endif
