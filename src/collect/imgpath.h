/* Path resolution inside an image: links are followed, but never out of it. */
#ifndef VT_COLLECT_IMGPATH_H
#define VT_COLLECT_IMGPATH_H

#include "base/err.h"
#include "base/str.h"
#include "imgfs.h"

/**
 * imgpath_find() - look up `path` relative to the directory `base`
 * @base: a path without links, such as an earlier *real; "" is the root
 * @path: relative to base, or absolute in the image; all links are followed;
 *   ".." of the root is the root
 * @out: set to the node when 1 is returned; the caller frees it
 * @real: set to the path of the node without links; may be NULL
 * Return: 1 found, 0 not found (also for a cycle of links), -1 damaged image
 */
int imgpath_find(struct imgfs *fs, const char *base, const char *path,
	struct imgnode *out, struct vt_str *real, struct vt_err **err);

#endif
