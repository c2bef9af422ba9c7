/* A TPM 2.0 for a guest: runs Debian's swtpm as a child process.
 *
 *	vt_tpm_fresh("tests/simple/disks/tpm", err), or vt_tpm_copy(...)
 *	VT_AUTO_TPM struct vt_tpm tpm = VT_TPM_INIT;
 *	vt_tpm_start(&tpm, "tests/simple/disks/tpm", err);
 *	... QEMU inherits tpm.guest; supervise vt_tpm_watch() with it ...
 *	vt_tpm_stop(&tpm);
 *
 * QEMU and swtpm talk over a socket pair. The TPM's state (NV memory, the seeds
 * of its keys, counters) is in files in its directory; a start on that
 * directory or on a copy of it resumes the same TPM. Start it anew for each
 * start of QEMU.
 */
#ifndef VT_TPM_H
#define VT_TPM_H

#include "base/err.h"
#include "base/proc.h"
#include "qemu/supervise.h"

struct vt_tpm {
	struct vt_proc proc;
	int guest;  /* QEMU's end of the socket pair; -1: no TPM */
	int output; /* swtpm's stdout and stderr, from vt_capture_open() */
	/* when QEMU must have ended as well; 0: swtpm runs */
	uint64_t deadline_ms;
};
#define VT_TPM_INIT                                                            \
	{                                                                      \
		VT_PROC_INIT, -1, -1, 0                                        \
	}

/** vt_tpm_fresh() - make the directory empty, so that vt_tpm_start() creates a
 * new TPM in it */
int vt_tpm_fresh(const char *dir, struct vt_err **err);

/** vt_tpm_copy() - copy the state of a TPM that is not running
 * Errors: VT_HOST */
int vt_tpm_copy(const char *from, const char *to, struct vt_err **err);

/**
 * vt_tpm_start() - start swtpm on a directory, created when it is missing
 * Errors: VT_HOST, naming the Debian package or with the end of swtpm's output
 */
int vt_tpm_start(struct vt_tpm *t, const char *dir, struct vt_err **err);
void vt_tpm_stop(struct vt_tpm *t);
#define VT_AUTO_TPM __attribute__((cleanup(vt_tpm_stop)))

/** vt_tpm_watch() - for the supervisor: fails when swtpm ends before QEMU.
 * Return: an empty watch when there is no TPM */
struct vt_watch vt_tpm_watch(struct vt_tpm *t);

#endif
