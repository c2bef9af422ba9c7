/* Disks: found, wiped, partitioned, formatted. */
#ifndef DISKS_H
#define DISKS_H

#include "plan.h"

/** disks_find() - fill in each disk's device by serial, wwn or path, and its
 * size; nothing is written
 * Errors: VT_USAGE at the entry for a disk that is not here or too small */
int disks_find(struct plan *plan, struct vt_err **err);
/** disks_first() - a disk nobody uses, for configs that name none; owned */
char *disks_first(uint64_t *bytes, struct vt_err **err);
/** disks_prepare() - wipe, partition, format, learn the UUIDs */
int disks_prepare(struct plan *plan, struct vt_err **err);
/** volume_dev() - /dev/vda2; owned */
char *volume_dev(const struct volume *v);

#endif
