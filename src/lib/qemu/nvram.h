/* NVRAM: the file in which a machine's UEFI firmware stores its variables. */
#ifndef VT_NVRAM_H
#define VT_NVRAM_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"
#include "qemu/machine.h"

/** vt_nvram_used() - whether the machine has an NVRAM file */
bool vt_nvram_used(const struct vt_machine *m);

/** vt_nvram_start() - the file with the machine's initial variables: its NVRAM
 * file, or that of the firmware's package if it does not exist
 * Return: the path, borrowed, or NULL
 * Errors: as vt_machine_firmware() */
const char *vt_nvram_start(const struct vt_machine *m, struct vt_err **err);

/** vt_nvram_make() - create the machine's NVRAM file, if it has one, as a copy
 * of that in the firmware's package
 * @anew: replace an existing file
 * @made: the path of a file that was created is appended; may be NULL
 * Errors: VT_HOST, and as vt_machine_firmware() */
int vt_nvram_make(const struct vt_machine *m, bool anew, struct vt_strv *made,
	struct vt_err **err);

#endif
