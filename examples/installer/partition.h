/* The partitions of a disk. */
#ifndef PARTITION_H
#define PARTITION_H

#include "steps.h"

/** partition_table() - write a disk's table with all its partitions */
int partition_table(
	const struct plan *plan, const struct entry *disk, struct vt_err **err);
/** partition_check_fits() - Errors: VT_USAGE at the first that does not */
int partition_check_fits(
	const struct plan *plan, const struct entry *disk, struct vt_err **err);
/** partition_is_extended() - holds the logical ones of an msdos table */
bool partition_is_extended(const struct entry *e);
/** partition_is_bios_boot() - GRUB's place on a gpt */
bool partition_is_bios_boot(const struct entry *e);

#endif
