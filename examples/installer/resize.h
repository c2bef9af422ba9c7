/* Partitions that are kept and get another size, which only version 2 has.
 * Their file system shrinks before the table is written, or grows after it. */
#ifndef RESIZE_H
#define RESIZE_H

#include "table.h"

/** resize_check() - check what is on the partitions; changes nothing
 * @old: the table of `on`
 * Errors: VT_USAGE at a file system that cannot be resized, or is another one
 */
int resize_check(const struct plan *plan, const struct vt_dev *on,
	const struct table *old, unsigned sector, struct vt_err **err);
/** resize_before(), resize_after() - what is to become smaller, and larger */
int resize_before(const struct plan *plan, const struct vt_dev *on,
	const struct table *old, unsigned sector, struct vt_err **err);
int resize_after(const struct plan *plan, const struct vt_dev *on,
	const struct table *old, unsigned sector, struct vt_err **err);

#endif
