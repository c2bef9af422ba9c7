/* Disks: which device each is. */
#ifndef DISK_H
#define DISK_H

#include "steps.h"

/** disks_find() - fill in each disk's device by serial, wwn or path, and its
 * size; nothing is written
 * Errors: VT_USAGE at the entry for a disk that is not here or too small */
int disks_find(struct plan *plan, struct vt_err **err);
/** disks_first() - a disk nobody uses, for configs that name none; owned */
char *disks_first(uint64_t *bytes, struct vt_err **err);

#endif
