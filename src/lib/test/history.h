/* The history of a test: one line for each verdict, in its directory.
 *
 *	vt_history_add(dir, VT_FAILED, "boot", seconds, &err);
 *	vt_history_read(dir, &h);
 *	if (h.passed_once) ...
 *
 * A line has the time, the exit status, the phase that ended the test, a
 * checksum of the test's inputs (the files that vt-rules and vt-pack wrote),
 * and the duration of its phases. A test that failed and then passed with the
 * same inputs is unsteady.
 */
#ifndef VT_HISTORY_H
#define VT_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct vt_history {
	bool passed_once; /* with any inputs */
	bool unsteady;    /* the last verdict is a pass, an earlier one with
			     the same inputs a failure (1 or 4) */
	double seconds;   /* of the last pass; 0: none is known */
};

int vt_history_add(const char *dir, int status, const char *phase,
	double seconds, struct vt_err **err);

/** vt_history_read() - without a history, all members are 0 */
void vt_history_read(const char *dir, struct vt_history *out);

/* One verdict. */
struct vt_history_line {
	char when[32]; /* as by vt_clock_stamp() */
	int status;
	char phase[32]; /* that ended the test, or "-" */
	char sum[17];   /* of the test's inputs */
	double seconds; /* 0: unknown */
};

/** vt_history_lines() - the last verdicts, the oldest first; lines that are
 * damaged are passed over
 * Return: their number, at most `max` */
size_t vt_history_lines(
	const char *dir, struct vt_history_line *out, size_t max);

#endif
