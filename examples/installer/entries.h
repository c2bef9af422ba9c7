/* Making the entries of a storage section, and letting them go. */
#ifndef ENTRIES_H
#define ENTRIES_H

#include "steps.h"

/** entries_make() - wipe, partition, assemble, format: all that stands before
 * mounting, in the order of the config; every disk was found */
int entries_make(struct plan *plan, struct vt_err **err);
/** entries_release() - stop what was assembled, the last first */
int entries_release(struct plan *plan, struct vt_err **err);

/** device_zero() - overwrite all of it */
int device_zero(const char *dev, struct vt_err **err);
/** entry_wipe() - as its `wipe` says */
int entry_wipe(
	const struct plan *plan, const struct vt_dev *d, struct vt_err **err);

#endif
