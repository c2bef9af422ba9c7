/* What a device of QEMU can be told.
 *
 *	if (vt_qemu_takes("qemu-system-x86_64", "scsi-hd", "wwn", &yes, err))
 *		return -1;
 *
 * QEMU is asked once for each device and binary; the answer is kept in the
 * user's cache under the binary's path, size and time.
 */
#ifndef VT_QEMU_PROPS_H
#define VT_QEMU_PROPS_H

#include <stdbool.h>

#include "base/err.h"

/**
 * vt_qemu_takes() - does a device have a property
 * @property: its name, or NAME=VALUE
 * Errors: VT_USAGE for a device that QEMU does not have; VT_HOST
 */
int vt_qemu_takes(const char *qemu, const char *device, const char *property,
	bool *takes, struct vt_err **err);

#endif
