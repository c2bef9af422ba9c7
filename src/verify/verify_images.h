/* vt-verify --config: disk images against a storage config, without a test. */
#ifndef VT_VERIFY_IMAGES_H
#define VT_VERIFY_IMAGES_H

#include "check.h"
#include "verify_options.h"

/** verify_images() - compare the images of the command line with the storage
 * section of a config, and judge
 * Errors: VT_USAGE for a bad config, an unknown disk, or an image that is
 *   missing or no regular file; VT_HOST for one that cannot be read */
int verify_images(
	struct verify *v, const struct options *o, struct vt_err **err);

#endif
