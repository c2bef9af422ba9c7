/* GRUB in EFI system partitions: in the one on /boot/efi, and in further ones
 * that have grub_device, by which the machine boots if the first disk fails. */
#ifndef ESP_H
#define ESP_H

#include "steps.h"

/** esp_check() - check that firmware and GRUB can use them
 * Errors: VT_USAGE at the entry that does not fit */
int esp_check(const struct plan *plan, struct vt_err **err);
/** esp_install() - install GRUB in each, and create a boot entry for each */
int esp_install(const struct plan *plan, const char *root, struct vt_err **err);

#endif
