/* Install GRUB with the target's tools, for the firmware of this machine. */
#ifndef BOOT_H
#define BOOT_H

#include "steps.h"

/** boot_check() - check that the plan can boot: by UEFI from an ESP on
 * /boot/efi, or by BIOS from the disks with grub_device or else the disk of '/'
 * Errors: VT_USAGE at the disk that cannot boot */
int boot_check(const struct plan *plan, struct vt_err **err);
/** boot_check_machine() - the same, for the firmware of this machine */
int boot_check_machine(const struct plan *plan, struct vt_err **err);
/** boot_install() - run grub-install and update-grub, and rebuild the initramfs
 * when '/' has to be assembled */
int boot_install(
	const struct plan *plan, const char *root, struct vt_err **err);

#endif
