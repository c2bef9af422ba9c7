/* How a phase tool that failed ends, so that the test still gets a result.
 *
 *	if (rc < 0 && dir)
 *		return vt_phase_fail(dir, "pack", err);
 *
 * Writes logs/PHASE.json and executes `vt-verify --failed=PHASE DIR`, which
 * writes result.* and exits with the status of the error.
 */
#ifndef VT_PHASE_FAIL_H
#define VT_PHASE_FAIL_H

#include "base/err.h"

/**
 * vt_phase_fail() - log the error, then end as described above
 * @err: stays the caller's
 * Return: exit status; only when vt-verify cannot be executed
 */
int vt_phase_fail(const char *dir, const char *phase, const struct vt_err *err);

#endif
