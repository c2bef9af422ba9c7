/* The verdicts that a test has had, in its directory: a line each.
 *
 *	vt_history_add(dir, VT_FAILED, "boot", &err);
 *	vt_history_read(dir, &h);
 *	if (h.passed_once) ...
 *
 * A line is the time, the exit status, the phase that ended it, and a sum of
 * what the test was made of (what vt-rules and vt-pack wrote), so that a test
 * that failed and then passed, with nothing changed, is seen for what it is.
 */
#ifndef VT_HISTORY_H
#define VT_HISTORY_H

#include <stdbool.h>

#include "base/err.h"

struct vt_history {
	bool passed_once; /* with whatever inputs */
	bool unsteady;    /* the last verdict is a pass, an earlier one of the
			     same inputs a failure (1 or 4) */
};

int vt_history_add(
	const char *dir, int status, const char *phase, struct vt_err **err);

/** vt_history_read() - all false where there is none */
void vt_history_read(const char *dir, struct vt_history *out);

#endif
