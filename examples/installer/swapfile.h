/* The section `swap`: a swap file in the target. */
#ifndef SWAPFILE_H
#define SWAPFILE_H

#include "steps.h"
#include "storage/sections.h"

/** swapfile_read() - {filename, size, maxsize}; none without the section or
 * with size 0
 * Errors: VT_USAGE with a position */
int swapfile_read(
	const struct vt_swap *swap, struct swapfile *out, struct vt_err **err);
/** swapfile_make() - create it, after target_copy() */
int swapfile_make(
	const struct swapfile *swap, const char *root, struct vt_err **err);

#endif
