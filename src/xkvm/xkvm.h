/* The boot phase: what was installed starts by itself, on overlays. */
#ifndef VT_XKVM_H
#define VT_XKVM_H

#include "host/iscsi.h"
#include "test/phase.h"
#include "test/session.h"

struct xkvm {
	const char *dir; /* of a test; NULL: by hand */
	struct vt_vm vm;
	struct vt_phase phase;
	struct vt_strv made;   /* images that this run has made */
	struct vt_iscsi iscsi; /* its disks, and their server */

	struct vt_strv operands; /* what the options borrow */

	bool console; /* a person steps in */
	struct vt_session session;

	/* by hand */
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

/** xkvm() - the whole phase; Return: the exit status */
int xkvm(struct xkvm *x);

/* console.c */

/** xkvm_console() - what a test installed, for a person at the terminal;
 * nothing of the test is changed; Return: the exit status */
int xkvm_console(struct xkvm *x);

/* disks.c: only a test has them; by hand, disks are used as they are */

/** xkvm_make_disks() - overlays on the installed disks, a copy of the NVRAM,
 * an empty output disk
 * Errors: VT_HOST, naming what is missing and the tool that makes it */
int xkvm_make_disks(struct xkvm *x, struct vt_err **err);
/** xkvm_use_disks() - the machine gets the overlays and the copy */
void xkvm_use_disks(struct xkvm *x);
/** xkvm_drop_disks() - after a run that was stopped half way */
void xkvm_drop_disks(const struct xkvm *x);

/* iscsi.c */

/** xkvm_iscsi() - the install phase's targets again, on the disks in use;
 * nothing without such disks */
int xkvm_iscsi(struct xkvm *x, struct vt_err **err);

#endif
