/* What holds a block device: mounts, swap, and devices that are made of it. */
#ifndef HOLDERS_H
#define HOLDERS_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

/* Names are the kernel's: vda, vda1, dm-0. */

/** holders_stop() - unmount, turn off and stop all that is above a device or
 * its partitions, the topmost first; the partitions remain Errors: VT_FAILED
 * for what cannot be stopped */
int holders_stop(const char *name, struct vt_err **err);
/** holders_parts() - the device's partitions; those of a map are maps, too */
int holders_parts(const char *name, struct vt_strv *parts, struct vt_err **err);

/** device_name() - the kernel's name of a device file; owned, or NULL */
char *device_name(const char *dev);
/** device_is_mpath() - whether it is a map of multipath */
bool device_is_mpath(const char *name);
/** device_attribute() - a file in its directory of sysfs, without the end of
 * the line; owned, or NULL */
char *device_attribute(const char *name, const char *file);

#endif
