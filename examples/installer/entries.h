/* The types of entries of a storage section: one table says what there is, how
 * it is read, made, and let go. */
#ifndef ENTRIES_H
#define ENTRIES_H

#include "steps.h"

/** entry_read() - add one entry to the plan; what it refers to stands above it
 * Errors: VT_USAGE with a position, naming the entry */
int entry_read(const struct vt_node *node, struct plan *p, struct vt_err **err);
/** entry_kind() */
enum kind entry_kind(const struct entry *e);
/** entries_make() - wipe, partition, assemble, format: all that stands before
 * mounting, in the order of the config; every disk was found */
int entries_make(struct plan *plan, struct vt_err **err);
/** entries_release() - stop what was assembled, the last first */
int entries_release(struct plan *plan, struct vt_err **err);

/** device_zero() - overwrite all of it */
int device_zero(const char *dev, struct vt_err **err);
/** entry_wipe() - as its `wipe` says */
int entry_wipe(const struct entry *e, struct vt_err **err);

#endif
