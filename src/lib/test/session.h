/* A person steps in: a test's machine with its console on the terminal.
 *
 *	struct vt_session s = VT_SESSION_INIT;
 *	if (vt_session_begin(&s, &vm, dir, "boot/vm.yaml", &err) == 0)
 *		... the seed, by vt_session_file() ...
 *	return vt_session_end(&s, &vm, NULL, err);
 *
 * Nothing of the test is changed: its disks get overlays, the variables of its
 * firmware and the state of its TPM are copied, and all of that goes with the
 * session; but for the TPM's these are files without a name, which go even
 * when we are killed. There is no time limit, no line on the console ends the
 * guest, and it may reboot. While it lasts no phase can run in the directory.
 */
#ifndef VT_SESSION_H
#define VT_SESSION_H

#include "base/err.h"
#include "base/tmp.h"
#include "data/login.h"
#include "test/phase.h"

struct vt_session {
	struct vt_login login;
	const char *vnc; /* QEMU's display, such as ":1", or NULL */
	bool fresh;      /* disks that are missing are made, empty */

	struct vt_tmp *files; /* without a name */
	size_t n_files;
	char *tpm; /* a directory, or NULL */
	int lock_fd;
	struct vt_phase phase;
};
#define VT_SESSION_INIT                                                        \
	{                                                                      \
		.lock_fd = -1, .phase = VT_PHASE_INIT                          \
	}

/**
 * vt_session_begin() - take signals, lock the directory, read the machine,
 * replace what it writes to
 * Errors: VT_HOST when nothing is installed there yet, or a phase is at work
 */
int vt_session_begin(struct vt_session *s, struct vt_vm *vm, const char *dir,
	const char *file, struct vt_err **err);

/** vt_session_file() - a file without a name that holds these bytes
 * Return: what QEMU opens it by, valid until the end; or NULL */
const char *vt_session_file(struct vt_session *s, const void *data, size_t len,
	struct vt_err **err);

/** vt_session_end() - run it, unless there is an error already, and clean up
 * @watch: NULL, or what else is served meanwhile
 * @err: freed
 * Return: the exit status, 0 when the person left or the guest powered off */
int vt_session_end(struct vt_session *s, const struct vt_vm *vm,
	const struct vt_watch *watch, struct vt_err *err);

#endif
