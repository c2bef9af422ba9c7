/* Extraction of the archive on an output disk, which a guest wrote. */
#ifndef VT_COLLECT_COLLECT_H
#define VT_COLLECT_COLLECT_H

#include <stdbool.h>

#include "base/err.h"

struct collect_job {
	const char *disk; /* image; "-" for standard input */
	const char *out;  /* directory; "-" for a tar stream to stdout */
	bool replace;     /* replace an older `out`; else it must not exist */
};

/**
 * collect_run() - extract the archive on an output disk
 *
 * A directory appears complete or not at all: it is filled under a hidden name
 * and renamed. After a failed extraction it is kept as OUT.partial for
 * inspection; if this process is killed, a keeper removes it. With
 * `replace`, an older OUT is then removed, so that it is not mistaken for the
 * result.
 * Errors: as untar(); VT_USAGE when `out` exists or the disk does not
 */
int collect_run(const struct collect_job *job, struct vt_err **err);

#endif
