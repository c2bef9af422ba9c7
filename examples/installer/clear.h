/* Take disks away from whatever used them before: file systems are unmounted,
 * swap is turned off, devices that are made of them are stopped, and signatures
 * are overwritten, so that neither udev nor the installed system finds again
 * what was there. What the config preserves is left alone.
 */
#ifndef CLEAR_H
#define CLEAR_H

#include "steps.h"

/** clear_disks() - all disks and partitions that the config overwrites; after
 * disks_find()
 * Errors: VT_FAILED, with the devices that could not be stopped */
int clear_disks(const struct plan *plan, struct vt_err **err);
/** clear_device() - one device, with its partitions */
int clear_device(const char *dev, struct vt_err **err);
/** clear_ends() - overwrite the first and last MiB of a part of a device, where
 * signatures are */
int clear_ends(
	const char *dev, uint64_t at, uint64_t size, struct vt_err **err);

#endif
