/* The section `swap`: a file that the target swaps to. */
#ifndef SWAPFILE_H
#define SWAPFILE_H

#include "steps.h"

/** swapfile_read() - {filename, size, maxsize}; no section or size 0: none
 * Errors: VT_USAGE with a position */
int swapfile_read(
	const struct vt_swap *swap, struct swapfile *out, struct vt_err **err);
/** swapfile_make() - on the target's filesystem, which is filled */
int swapfile_make(
	const struct swapfile *swap, const char *root, struct vt_err **err);

#endif
