/* The boot phase: boots the installed system on overlays of its disks. */
#ifndef VT_XKVM_H
#define VT_XKVM_H

#include "host/iscsi.h"
#include "test/phase.h"
#include "test/session.h"

struct xkvm {
	const char *dir; /* a test's directory; NULL: options say it all */
	struct vt_vm vm;
	struct vt_phase phase;
	struct vt_strv made; /* images that this run has created */
	struct vt_iscsi iscsi;

	struct vt_strv operands; /* owns what the options borrow */

	bool console; /* --console */
	struct vt_session session;

	/* without a test's directory */
	const char *serial_log;
	bool dry_run;
};
#define XKVM_INIT                                                              \
	{                                                                      \
		.vm = VT_VM_INIT, .phase = VT_PHASE_INIT,                      \
		.iscsi = VT_ISCSI_INIT, .session = VT_SESSION_INIT             \
	}
void xkvm_free(struct xkvm *x);
#define AUTO_XKVM __attribute__((cleanup(xkvm_free)))

/** xkvm() - run the boot phase; Return: the exit status */
int xkvm(struct xkvm *x);

/* console.c */

/** xkvm_console() - boot a test's installed system with its console on the
 * terminal; changes nothing of the test
 * Return: the exit status */
int xkvm_console(struct xkvm *x);

/* disks.c, for a test's directory; otherwise the disks are used directly */

/** xkvm_make_disks() - create overlays of the installed disks, copies of NVRAM
 * and TPM state, and an empty output disk
 * Errors: VT_HOST, naming the missing file and the tool that creates it */
int xkvm_make_disks(struct xkvm *x, struct vt_err **err);
/** xkvm_use_disks() - make the machine use the overlays and copies */
void xkvm_use_disks(struct xkvm *x);
/** xkvm_drop_disks() - remove them, after a run that did not finish */
void xkvm_drop_disks(const struct xkvm *x);

/* iscsi.c */

/** xkvm_iscsi() - start the install phase's targets on the disks in use; does
 * nothing if there are no iSCSI disks */
int xkvm_iscsi(struct xkvm *x, struct vt_err **err);

#endif
