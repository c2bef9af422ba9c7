/* Host devices of a machine: tap devices on bridges, a TPM, a wire and the peer
 * on it.
 *
 *	VT_AUTO_HOSTDEV struct vt_hostdev dev = VT_HOSTDEV_INIT;
 *	vt_hostdev_open(&dev, &(struct vt_hostdev_plan){.machine = &m, ...},
 *		&sockets.guest, err);
 *	... vt_machine_argv() with the same fds; QEMU inherits dev.keep;
 *	    supervise vt_hostdev_watch(&dev, ...) with it ...
 *	vt_hostdev_end(&dev, err);
 *
 * Open the devices anew for each start of QEMU. They disappear when this
 * process ends, however it ends.
 */
#ifndef VT_HOSTDEV_H
#define VT_HOSTDEV_H

#include "host/peer.h"
#include "host/tap.h"
#include "host/tpm.h"
#include "host/wire.h"

struct vt_hostdev_plan {
	const struct vt_machine *machine;
	/* for a machine with NICs on a wire */
	const struct vt_machine *peer; /* NULL: none */
	int peer_config;               /* see peer.h */
	uint64_t peer_ready_ms;
	enum vt_accel accel;
	const char *capture, *peer_log; /* files; NULL: none */
};

struct vt_hostdev {
	struct vt_taps taps;
	struct vt_tpm tpm;
	struct vt_wire wire;
	struct vt_peer peer;
	int *nics; /* of each NIC of the machine; -1: none */
	int *keep; /* descriptors that QEMU inherits; entries may be -1 */
	size_t n_keep;
};
#define VT_HOSTDEV_INIT                                                        \
	{                                                                      \
		VT_TAPS_INIT, VT_TPM_INIT, VT_WIRE_INIT, VT_PEER_INIT, NULL,   \
			NULL, 0                                                \
	}

/**
 * vt_hostdev_open() - open the devices that the machine asks for
 * @fds: its members tpm and nics are set; the descriptors stay owned by @h
 * Errors: VT_HOST, see vt_taps_open(), vt_tpm_start(), vt_wire_start() and
 *   vt_peer_start()
 */
int vt_hostdev_open(struct vt_hostdev *h, const struct vt_hostdev_plan *plan,
	struct vt_machine_fds *fds, struct vt_err **err);

/** vt_hostdev_watch() - set the watches of what must not end before the guest
 */
enum { VT_HOSTDEV_WATCHES = 3 };
void vt_hostdev_watch(
	struct vt_hostdev *h, struct vt_watch watches[VT_HOSTDEV_WATCHES]);

/** vt_hostdev_end() - complete the capture, once the guest has ended
 * Errors: VT_HOST */
int vt_hostdev_end(struct vt_hostdev *h, struct vt_err **err);
void vt_hostdev_close(struct vt_hostdev *h);
#define VT_AUTO_HOSTDEV __attribute__((cleanup(vt_hostdev_close)))

#endif
