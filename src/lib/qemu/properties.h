/* Which properties a QEMU device has.
 *
 *	if (vt_qemu_has_property("qemu-system-x86_64", "scsi-hd", "wwn", &yes,
 *err)) return -1;
 *
 * QEMU is asked once for each binary and device. The answer is kept in the
 * user's cache, keyed by the binary's name, size and modification time.
 */
#ifndef VT_QEMU_PROPS_H
#define VT_QEMU_PROPS_H

#include <stdbool.h>

#include "base/err.h"

/**
 * vt_qemu_has_property() - whether a device has a property
 * @property: its name, or NAME=VALUE
 * Errors: VT_USAGE when QEMU does not have the device; VT_HOST
 */
int vt_qemu_has_property(const char *qemu, const char *device,
	const char *property, bool *takes, struct vt_err **err);

#endif
