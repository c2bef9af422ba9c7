/* The content of a device that lies in stretches of disk images. */
#ifndef VT_PLACE_H
#define VT_PLACE_H

#include "image/blk.h"
#include "storage/look.h"

/**
 * vt_place_super() - what file system, swap or member of something is there
 * @place: in the order of the device; one stretch is read where it is. Of
 *   several, the first and the last MiBs are copied into memory, which is
 *   where superblocks are.
 */
int vt_place_super(const struct vt_extent *place, size_t n,
	struct vt_blk_super *out, struct vt_err **err);

#endif
