/* Files out of a disk image, without mounting it: `vt-extract --image`. */
#ifndef VT_COLLECT_IMAGE_H
#define VT_COLLECT_IMAGE_H

#include "base/err.h"
#include "base/str.h"

struct image_job {
	const char *image; /* squashfs or disk; "-" for standard input */
	const char *out;   /* directory, made when missing; "-" for tar */
	const struct vt_strv *patterns;
};

/**
 * image_run() - extract what matches
 *
 * The image is a squashfs, an ext2, ext3 or ext4, or a disk whose partitions
 * hold such; raw or qcow2. All its file systems are searched in order of the
 * partitions, and the first that has a name gives it.
 * Errors: VT_FAILED for a pattern that matches nothing; VT_HOST for an image
 *   that cannot be read
 */
int image_run(const struct image_job *job, struct vt_err **err);

#endif
