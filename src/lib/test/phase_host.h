/* What the machine of a phase needs of the host, opened before each start.
 */
#ifndef VT_PHASE_HOST_H
#define VT_PHASE_HOST_H

#include "host/hostdev.h"
#include "test/phase.h"

/**
 * vt_phase_host() - open taps, TPM, wire and peer
 * @dev: to be closed by the caller, also after an error
 * Errors: VT_HOST, VT_USAGE for a file of the peer's that has no valid name
 */
int vt_phase_host(const struct vt_phase *p, const struct vt_vm *vm,
	const struct vt_accel_choice *accel, struct vt_hostdev *dev,
	struct vt_machine_fds *fds, struct vt_err **err);

#endif
