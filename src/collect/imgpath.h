/* Paths inside an image: links are followed in it and never leave it. */
#ifndef VT_COLLECT_IMGPATH_H
#define VT_COLLECT_IMGPATH_H

#include "base/err.h"
#include "base/str.h"
#include "imgfs.h"

/**
 * imgpath_find() - what stands at `path`, seen from the directory `base`
 * @base: a path without links, as earlier calls gave it; "" is the root
 * @path: relative to base, or absolute within the image; every link on it is
 *   followed, ".." above the root stays at the root
 * @out: the node, which the caller frees, when 1 is returned
 * @real: NULL, or set to its path without links
 * Return: 1 found, 0 not there (also for loops of links), -1 damaged image
 */
int imgpath_find(struct imgfs *fs, const char *base, const char *path,
	struct imgnode *out, struct vt_str *real, struct vt_err **err);

#endif
