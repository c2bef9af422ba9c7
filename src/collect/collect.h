/* Output disk to files: what vt-extract does to a disk a guest wrote to. */
#ifndef VT_COLLECT_COLLECT_H
#define VT_COLLECT_COLLECT_H

#include <stdbool.h>

#include "base/err.h"

struct collect_job {
	const char *disk; /* image; "-" for standard input */
	const char *out;  /* directory; "-" for a tar stream to stdout */
	bool replace;     /* an older `out` goes; else it must not exist */
};

/**
 * collect_run() - extract the archive on an output disk
 *
 * A directory appears whole: it is filled as OUT.partial and renamed. After
 * VT_FAILED that stays, for those who look into it, and an older OUT goes when
 * it was to be replaced, so that nobody takes it for what was extracted now.
 * Errors: as untar(); VT_USAGE for an `out` that exists or a missing disk
 */
int collect_run(const struct collect_job *job, struct vt_err **err);

#endif
