/* What every phase does to a test's directory, whether it runs a machine or
 * not.
 *
 *	VT_AUTO_CLOSE int lock = vt_phase_lock(dir, &err);
 *	...
 *	vt_phase_report_save(&report, dir, &err)	logs/PHASE.json
 *	vt_phase_stamp(dir, "collect", "passed", &err)	PHASE.done, last
 *	vt_phase_hand_over(dir, "collect")	after a failure
 */
#ifndef VT_PHASE_DIR_H
#define VT_PHASE_DIR_H

#include "base/err.h"

/**
 * vt_phase_need_test() - check that a directory is that of a test, before
 * anything in it is removed or written
 * Errors: VT_USAGE when it is not, or does not exist
 */
int vt_phase_need_test(const char *dir, struct vt_err **err);
/**
 * vt_phase_lock() - lock the directory against other runs, and remove the
 * verdict of an earlier run (result.*, ../NAME.done)
 * Return: descriptor that holds the lock while it is open, or -1
 * Errors: VT_HOST when another run uses the directory; VT_USAGE when it is
 *   not that of a test
 */
int vt_phase_lock(const char *dir, struct vt_err **err);
/** vt_phase_forget() - remove result.* and ../NAME.done, which are stale as
 * soon as a phase runs again. vt_phase_lock() includes it. */
int vt_phase_forget(const char *dir, struct vt_err **err);
/** vt_phase_clear() - remove the stamp, the report and the logs of the machine
 * of an earlier run of this phase */
int vt_phase_clear(const char *dir, const char *phase, struct vt_err **err);
/** vt_phase_share() - lock the directory for reading: no phase can run, other
 * readers can; Return, Errors: as vt_phase_lock() */
int vt_phase_share(const char *dir, struct vt_err **err);

/** vt_phase_stamp() - write the phase's stamp, a file of one line */
int vt_phase_stamp(const char *dir, const char *phase, const char *word,
	struct vt_err **err);

/**
 * vt_phase_hand_over() - execute `vt-verify --failed=PHASE DIR` in place of
 * this process: it writes the test's result and exits with the status in
 * logs/PHASE.json. Returns only when vt-verify, which stands in the directory
 * of this tool, cannot be executed; the error is logged.
 */
void vt_phase_hand_over(const char *dir, const char *phase);

#endif
