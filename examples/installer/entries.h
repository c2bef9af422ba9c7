/* Create the devices of a storage section, and release them. */
#ifndef ENTRIES_H
#define ENTRIES_H

#include "steps.h"

/** entries_make() - wipe, partition, assemble and format, in the order of the
 * config, after disks_find() */
int entries_make(struct plan *plan, struct vt_err **err);
/** entries_release() - stop assembled devices, in reverse order */
int entries_release(struct plan *plan, struct vt_err **err);

/** device_zero() - overwrite a whole device with zeros */
int device_zero(const char *dev, struct vt_err **err);
/** entry_wipe() - wipe its device as its key `wipe` says */
int entry_wipe(
	const struct plan *plan, const struct vt_dev *d, struct vt_err **err);

#endif
