/* Host devices of a machine: tap devices on bridges, a TPM.
 *
 *	VT_AUTO_HOSTDEV struct vt_hostdev dev = VT_HOSTDEV_INIT;
 *	vt_hostdev_open(&dev, &machine, &sockets.guest, err);
 *	... vt_machine_argv() with the same fds; QEMU inherits dev.keep;
 *	    supervise vt_tpm_watch(&dev.tpm) with it ...
 *
 * Open the devices anew for each start of QEMU. They disappear when this
 * process ends, however it ends.
 */
#ifndef VT_HOSTDEV_H
#define VT_HOSTDEV_H

#include "host/tap.h"
#include "host/tpm.h"

struct vt_hostdev {
	struct vt_taps taps;
	struct vt_tpm tpm;
	int *keep; /* descriptors that QEMU inherits; entries may be -1 */
	size_t n_keep;
};
#define VT_HOSTDEV_INIT                                                        \
	{                                                                      \
		VT_TAPS_INIT, VT_TPM_INIT, NULL, 0                             \
	}

/**
 * vt_hostdev_open() - open the devices that the machine asks for
 * @fds: its members tpm and taps are set; the descriptors stay owned by @h
 * Errors: VT_HOST, see vt_taps_open() and vt_tpm_start()
 */
int vt_hostdev_open(struct vt_hostdev *h, const struct vt_machine *m,
	struct vt_machine_fds *fds, struct vt_err **err);
void vt_hostdev_close(struct vt_hostdev *h);
#define VT_AUTO_HOSTDEV __attribute__((cleanup(vt_hostdev_close)))

#endif
