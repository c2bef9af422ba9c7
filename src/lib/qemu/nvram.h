/* UEFI's variables: the file of a machine that its firmware writes to. */
#ifndef VT_NVRAM_H
#define VT_NVRAM_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"
#include "qemu/machine.h"

/** vt_nvram_used() - whether a machine has such a file */
bool vt_nvram_used(const struct vt_machine *m);

/** vt_nvram_start() - the variables that a machine starts with: its own file,
 * or the one of the firmware's package when that is missing
 * Return: borrowed, or NULL
 * Errors: as vt_machine_firmware() */
const char *vt_nvram_start(const struct vt_machine *m, struct vt_err **err);

/** vt_nvram_make() - a machine's own file, if it uses one, as in the firmware's
 * package
 * @anew: false: an existing one is kept
 * @made: gets the name of a file that was made; NULL: nobody asks */
int vt_nvram_make(const struct vt_machine *m, bool anew, struct vt_strv *made,
	struct vt_err **err);

#endif
