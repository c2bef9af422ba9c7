/* Extraction of files from a disk image, without mounting it: `vt-extract
 * --image`. */
#ifndef VT_COLLECT_IMAGE_H
#define VT_COLLECT_IMAGE_H

#include "base/err.h"
#include "base/str.h"

struct image_job {
	const char *image; /* squashfs or disk; "-" for standard input */
	const char *out;   /* directory, created if missing; "-" for tar */
	const struct vt_strv *patterns;
};

/**
 * image_run() - extract the files that match patterns
 *
 * The image contains a squashfs, ext2, ext3 or ext4, or partitions with such;
 * it is raw or qcow2. All file systems are searched, in partition order; when
 * several have a file of the same name, the first one is extracted.
 * Errors: VT_FAILED for a pattern that matches nothing; VT_HOST for an image
 *   that cannot be read
 */
int image_run(const struct image_job *job, struct vt_err **err);

#endif
