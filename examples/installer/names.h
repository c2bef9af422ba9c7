/* Names of devices in /dev/disk/by-dname. */
#ifndef NAMES_H
#define NAMES_H

#include "steps.h"

/** names_write() - write a rule of udev for each name of the config, and for
 * each array and logical volume, to the target */
int names_write(const struct plan *plan, const char *root, struct vt_err **err);

/** names_stable() - a name of a device for crypttab that the booted system has
 * as well: its PARTUUID, a link in /dev/disk/by-id, or else `dev`; owned */
char *names_stable(const char *dev, struct vt_err **err);

#endif
