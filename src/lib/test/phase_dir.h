/* What every phase does to a test's directory, with a machine or without.
 *
 *	VT_AUTO_CLOSE int lock = vt_phase_lock(dir, &err);
 *	...
 *	vt_phase_report_save(&report, dir, &err)	logs/PHASE.json
 *	vt_phase_stamp(dir, "collect", "passed", &err)	PHASE.done, at last
 *	vt_phase_hand_over(dir, "collect")	after a failure
 */
#ifndef VT_PHASE_DIR_H
#define VT_PHASE_DIR_H

#include "base/err.h"

/**
 * vt_phase_lock() - keep other runs out of the directory, and drop what an
 * earlier one concluded (result.*, ../NAME.done)
 * Return: a descriptor that holds the lock as long as it is open, or -1
 * Errors: VT_HOST when another run uses the directory; VT_USAGE when it does
 *   not exist
 */
int vt_phase_lock(const char *dir, struct vt_err **err);
/** vt_phase_forget() - drop result.* and ../NAME.done: what runs again makes
 * them stale, and if it is interrupted there must be none. Phases that lock the
 * directory have done so. */
int vt_phase_forget(const char *dir, struct vt_err **err);
/** vt_phase_clear() - remove what an earlier run of this phase left of itself:
 * its stamp, its report and its console */
int vt_phase_clear(const char *dir, const char *phase, struct vt_err **err);
/** vt_phase_share() - keep runs out as long as it is only looked at: others
 * may look as well; Return, Errors: as vt_phase_lock() */
int vt_phase_share(const char *dir, struct vt_err **err);

/** vt_phase_stamp() - write the phase's stamp, which has one line */
int vt_phase_stamp(const char *dir, const char *phase, const char *word,
	struct vt_err **err);

/**
 * vt_phase_hand_over() - become `vt-verify --failed=PHASE DIR`, which writes
 * the test's result and exits with the status in logs/PHASE.json. Returns
 * only when that tool, beside ours, cannot be run; that is logged.
 */
void vt_phase_hand_over(const char *dir, const char *phase);

#endif
