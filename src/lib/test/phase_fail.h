/* The end of a phase tool that failed on a test: the test still gets a result.
 *
 *	if (rc < 0 && dir)
 *		return vt_phase_fail(dir, "pack", err);
 *
 * Writes logs/PHASE.json, then `vt-verify --failed=PHASE DIR` takes our place:
 * it writes result.* and exits with the status of the error.
 */
#ifndef VT_PHASE_FAIL_H
#define VT_PHASE_FAIL_H

#include "base/err.h"

/**
 * vt_phase_fail() - logs the error first; it stays the caller's
 * Return: exit status, when there is no vt-verify to take over
 */
int vt_phase_fail(const char *dir, const char *phase, const struct vt_err *err);

#endif
