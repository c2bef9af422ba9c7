/* Disks with several paths. The map of multipath is used, under the name that
 * the config's key `multipath` gives it.
 */
#ifndef MULTIPATH_H
#define MULTIPATH_H

#include "steps.h"

/** multipath_names() - whether an entry is a disk with `multipath` or with the
 * path of a map */
bool multipath_names(const struct vt_dev *d);
/** multipath_start() - have maps made of disks with several paths, if the
 * config names one; the devices of the disks that were found are set */
int multipath_start(const struct plan *plan, struct vt_err **err);
/** multipath_map() - the map of which `dev` is a path; else `dev`; owned */
char *multipath_map(const char *dev);
/** multipath_is_map() - whether a disk of the plan is a map */
bool multipath_is_map(const struct plan *plan, const struct vt_dev *disk);
/** multipath_configure() - the target has the same maps, and its initramfs
 * makes them before it mounts the root */
int multipath_configure(
	const struct plan *plan, const char *root, struct vt_err **err);

#endif
