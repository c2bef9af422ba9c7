/* Find the device of each disk. */
#ifndef DISK_H
#define DISK_H

#include "steps.h"

/** disks_find() - fill in each disk's device by serial, wwn or path, and its
 * size; writes nothing
 * Errors: VT_USAGE at the entry of a disk that is missing or too small */
int disks_find(struct plan *plan, struct vt_err **err);
/** disks_first() - an unused disk, for configs that name none; owned */
char *disks_first(uint64_t *bytes, struct vt_err **err);

/** device_size() - of any block device */
int device_size(const char *dev, uint64_t *bytes, unsigned *sector,
	struct vt_err **err);

#endif
