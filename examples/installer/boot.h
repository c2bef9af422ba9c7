/* GRUB for BIOS machines, by the target's own tools. */
#ifndef BOOT_H
#define BOOT_H

#include "plan.h"

/** boot_install() - grub-install on the disks that ask for it (grub_device),
 * else on the disk of '/', then update-grub */
int boot_install(
	const struct plan *plan, const char *root, struct vt_err **err);

#endif
