/* Partitions of disks, arrays and bcache devices. */
#ifndef PARTITION_H
#define PARTITION_H

#include "steps.h"
#include "table.h"

/* A device with partitions. */
struct partitioned {
	const char *dev;
	uint64_t bytes; /* 0: unknown */
	unsigned sector;
};

/** partition_check() - check that vt-install can create it */
int partition_check(const struct vt_dev *p, struct vt_err **err);
/** partition_check_all() - check the places of all partitions on devices that
 * get a new table, as far as they are known without the devices */
int partition_check_all(const struct plan *plan, struct vt_err **err);
/** partition_layout() - the table that the config asks for
 * @old: the one that is kept, or an empty one
 * Errors: VT_USAGE at a partition that does not fit, or that is to be kept and
 *   is not there or differs */
int partition_layout(const struct plan *plan, const struct vt_dev *on,
	const struct partitioned *device, const struct table *old,
	struct table *new, struct vt_err **err);
/** partition_keeps_table() - whether a device keeps its table */
bool partition_keeps_table(const struct vt_dev *on);
/** partition_rewrites() - whether all of its table is written, so that only the
 * config's partitions remain: version 2 does, if it knows the kind */
bool partition_rewrites(const struct plan *plan, const struct vt_dev *on);
/** partition_read() - the table that a device keeps; an empty one if it gets a
 * new table */
int partition_read(const struct vt_dev *on, const char *dev, struct table *old,
	struct vt_err **err);
/** partition_table() - write a device's table with all its partitions; nothing
 * for a device without partitions and without ptable */
int partition_table(
	const struct plan *plan, const struct vt_dev *on, struct vt_err **err);
/** partition_has_flag() - false for other types as well */
bool partition_has_flag(const struct vt_dev *d, const char *flag);
/** partition_next() - the partitions of a device in turn, from *at on */
const struct vt_dev *partition_next(const struct vt_dev *on, size_t *at);

#endif
