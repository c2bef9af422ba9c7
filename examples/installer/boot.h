/* GRUB, by the target's own tools, for the firmware of this machine. */
#ifndef BOOT_H
#define BOOT_H

#include "steps.h"

/** boot_check() - by UEFI from an ESP on /boot/efi, or by BIOS from the disks
 * with grub_device, else that of '/': the plan can boot by one of them
 * Errors: VT_USAGE at the disk that cannot */
int boot_check(const struct plan *plan, struct vt_err **err);
/** boot_check_machine() - the same, for the firmware that is here */
int boot_check_machine(const struct plan *plan, struct vt_err **err);
/** boot_install() - grub-install, then update-grub; a new initramfs where '/'
 * has to be assembled */
int boot_install(
	const struct plan *plan, const char *root, struct vt_err **err);

#endif
