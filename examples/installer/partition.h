/* The partitions of a disk. */
#ifndef PARTITION_H
#define PARTITION_H

#include "steps.h"

/** partition_check() - what vt-install can make of one */
int partition_check(const struct vt_dev *p, struct vt_err **err);
/** partition_table() - write a disk's table with all its partitions */
int partition_table(const struct plan *plan, const struct vt_dev *disk,
	struct vt_err **err);
/** partition_check_fits() - Errors: VT_USAGE at the first that does not */
int partition_check_fits(const struct plan *plan, const struct vt_dev *disk,
	struct vt_err **err);
/** partition_has_flag() - false for what is no partition */
bool partition_has_flag(const struct vt_dev *d, const char *flag);

#endif
