/* Tap devices: they connect a guest's NICs to bridges of the host.
 *
 *	VT_AUTO_TAPS struct vt_taps taps = VT_TAPS_INIT;
 *	vt_taps_open(&taps, &machine, err);	build the command with taps.fds
 *	... start QEMU, which inherits the descriptors that are >= 0 ...
 *	vt_taps_close(&taps);
 *
 * A tap exists while a process holds its descriptor: this one, and later QEMU.
 * So none is left behind, however they end. Root creates taps directly; for
 * other users QEMU's setuid helper does it and sends the descriptor. QEMU could
 * not run the helper itself, because its sandbox forbids new processes.
 *
 * Only Linux bridges are supported: a port of an Open vSwitch bridge outlives
 * its device, and nothing would remove it after a SIGKILL.
 */
#ifndef VT_TAP_H
#define VT_TAP_H

#include <stddef.h>

#include "base/err.h"
#include "qemu/machine.h"

struct vt_taps {
	int *fds; /* one for each NIC; -1: not on a bridge; close-on-exec */
	size_t n;
};
#define VT_TAPS_INIT                                                           \
	{                                                                      \
		NULL, 0                                                        \
	}

/**
 * vt_taps_open() - create a tap for each of the machine's NICs on a bridge
 * Errors: VT_HOST when the bridge does not exist (listing those that do), or
 *   without permission (saying how to get it)
 */
int vt_taps_open(
	struct vt_taps *t, const struct vt_machine *m, struct vt_err **err);
/** vt_taps_close() - close our descriptors; also after an error */
void vt_taps_close(struct vt_taps *t);
#define VT_AUTO_TAPS __attribute__((cleanup(vt_taps_close)))

#endif
