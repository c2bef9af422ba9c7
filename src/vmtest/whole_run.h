/* One run: which tests, what is there, make, and how it went. */
#ifndef VT_VMTEST_SESSION_H
#define VT_VMTEST_SESSION_H

#include "child.h"
#include "vmtest_options.h"

struct session {
	const struct options *o;
	struct child child;
	bool dry;             /* make -n: nothing happens, only words */
	struct vt_strv names; /* the tests of this run */
};

/** session_run() - Return: the run's true exit status, or -1 */
int session_run(struct session *s, struct vt_err **err);

/** session_make() - s->names by make, at once
 * Return: make's exit status, or -1 */
int session_make(struct session *s, struct vt_err **err);

/** session_repeat() - one test again and again; Return: as session_run() */
int session_repeat(struct session *s, struct vt_err **err);

#endif
