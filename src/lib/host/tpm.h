/* A TPM 2.0 for a guest: Debian's swtpm, a child of ours.
 *
 *	vt_tpm_fresh("tests/simple/disks/tpm", err), or vt_tpm_copy(...)
 *	VT_AUTO_TPM struct vt_tpm tpm = VT_TPM_INIT;
 *	vt_tpm_start(&tpm, "tests/simple/disks/tpm", err);
 *	... QEMU inherits tpm.guest; vt_tpm_watch() into its supervision ...
 *	vt_tpm_stop(&tpm);
 *
 * They talk over a socket that has no name. What the TPM has to remember is in
 * files of its directory (NV memory, seeds of its keys, counters), and comes
 * back with the next start on that directory or on a copy. One start serves
 * one QEMU.
 */
#ifndef VT_TPM_H
#define VT_TPM_H

#include "base/err.h"
#include "base/proc.h"
#include "qemu/supervise.h"

struct vt_tpm {
	struct vt_proc proc;
	int guest;        /* QEMU's end; -1: no TPM */
	int words;        /* what swtpm said */
	uint64_t late_ms; /* when QEMU, too, must have ended; 0: it may run */
};
#define VT_TPM_INIT                                                            \
	{                                                                      \
		VT_PROC_INIT, -1, -1, 0                                        \
	}

/** vt_tpm_fresh() - an empty directory, in which a start makes a new TPM */
int vt_tpm_fresh(const char *dir, struct vt_err **err);

/** vt_tpm_copy() - of a TPM that is not running
 * Errors: VT_HOST */
int vt_tpm_copy(const char *from, const char *to, struct vt_err **err);

/**
 * vt_tpm_start() - swtpm on a directory, which is made when it is missing
 * Errors: VT_HOST, naming the Debian package, or with swtpm's own words
 */
int vt_tpm_start(struct vt_tpm *t, const char *dir, struct vt_err **err);
void vt_tpm_stop(struct vt_tpm *t);
#define VT_AUTO_TPM __attribute__((cleanup(vt_tpm_stop)))

/** vt_tpm_watch() - fails when swtpm ends before its QEMU; nothing for no TPM
 */
struct vt_watch vt_tpm_watch(struct vt_tpm *t);

#endif
