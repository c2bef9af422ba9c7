/* An interactive session: a test's machine with its console on the terminal.
 *
 *	struct vt_session s = VT_SESSION_INIT;
 *	if (vt_session_begin(&s, &vm, dir, "boot/vm.yaml", &err) == 0)
 *		... add the seed with vt_session_file() ...
 *	return vt_session_end(&s, &vm, NULL, err);
 *
 * The test is not changed: its disks get overlays, its NVRAM and TPM state are
 * copied, and the copies are removed when the session ends. All but the TPM
 * state are unnamed files, so they are removed even when vt is killed. There is
 * no time limit, no console line ends the guest, and the guest may reboot.
 * While the session lasts no phase can run in the directory.
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
	bool fresh;      /* create missing disks, empty */

	struct vt_tmp *files; /* unnamed */
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
 * vt_session_begin() - catch signals, lock the directory, read the machine and
 * replace the files that it writes to
 * Errors: VT_HOST when nothing is installed there yet, or a phase is running
 */
int vt_session_begin(struct vt_session *s, struct vt_vm *vm, const char *dir,
	const char *file, struct vt_err **err);

/** vt_session_file() - an unnamed file with the given bytes
 * Return: the path by which QEMU opens it, valid until vt_session_end(); or
 *   NULL */
const char *vt_session_file(struct vt_session *s, const void *data, size_t len,
	struct vt_err **err);

/** vt_session_end() - run the machine, unless @err is set, and clean up
 * @watch: another event source to serve meanwhile, or NULL
 * @err: freed
 * Return: exit status; 0 when the user quit or the guest powered off */
int vt_session_end(struct vt_session *s, const struct vt_vm *vm,
	const struct vt_watch *watch, struct vt_err *err);

#endif
