/* Tap devices: a guest's NICs on bridges of the host.
 *
 *	VT_AUTO_TAPS struct vt_taps taps = VT_TAPS_INIT;
 *	vt_taps_open(&taps, &machine, err);	then argv with taps.fds
 *	... start QEMU, which inherits those that are >= 0 ...
 *	vt_taps_close(&taps);
 *
 * A tap lives as long as somebody holds its descriptor: first we, then QEMU
 * too. So none outlives them, however they end. With the right to administer
 * the network we make taps ourselves; without it QEMU's setuid helper makes
 * one and hands it over. QEMU itself could not run that helper: its sandbox
 * lets it start no process.
 *
 * Linux bridges only. A port of an Open vSwitch outlives its device, and who
 * would take it out again after a SIGKILL?
 */
#ifndef VT_TAP_H
#define VT_TAP_H

#include <stddef.h>

#include "base/err.h"
#include "qemu/machine.h"

struct vt_taps {
	int *fds; /* by index of the machine's NIC; -1: none; close-on-exec */
	size_t n;
};
#define VT_TAPS_INIT                                                           \
	{                                                                      \
		NULL, 0                                                        \
	}

/**
 * vt_taps_open() - one for each of the machine's NICs that is on a bridge
 * Errors: VT_HOST when there is no such bridge (those that exist are named) or
 *   no permission (with what gives it)
 */
int vt_taps_open(
	struct vt_taps *t, const struct vt_machine *m, struct vt_err **err);
/** vt_taps_close() - our ends; also after an error */
void vt_taps_close(struct vt_taps *t);
#define VT_AUTO_TAPS __attribute__((cleanup(vt_taps_close)))

#endif
