/* Partition tables. */
#ifndef PARTITION_H
#define PARTITION_H

#include "steps.h"

/** partition_check() - check that vt-install can create it */
int partition_check(const struct vt_dev *p, struct vt_err **err);
/** partition_table() - write a disk's table with all its partitions */
int partition_table(const struct plan *plan, const struct vt_dev *disk,
	struct vt_err **err);
/** partition_check_fits() - check that the partitions fit on the disk
 * Errors: VT_USAGE at the first that does not */
int partition_check_fits(const struct plan *plan, const struct vt_dev *disk,
	struct vt_err **err);
/** partition_has_flag() - false for other types as well */
bool partition_has_flag(const struct vt_dev *d, const char *flag);

#endif
