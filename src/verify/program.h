/* A program on the host that a definition asks for.
 *
 * It runs in the test's directory with VT_TEST_DIR and VT_COLLECT_DIR, has a
 * deadline, and when it ends, in time or not, everything it started ends.
 */
#ifndef VT_VERIFY_PROGRAM_H
#define VT_VERIFY_PROGRAM_H

#include "base/str.h"
#include "check.h"

/** program_run() - the command of a check
 * @merge_stderr: what it says on stderr is output as well
 * Return: its exit status, or -1 as vt_proc_run() */
int program_run(const struct verify *v, const struct check *c,
	bool merge_stderr, struct vt_str *out, struct vt_err **err);

/** program_shown() - its command line, for people; owned */
char *program_shown(const struct check *c);

/** program_failed() - result of one that could not be run to its end, which
 * is the check's fault, not the host's */
void program_failed(struct result *r, struct vt_err **err);

/** program_tail() - its last lines as the result's detail */
void program_tail(struct result *r, const struct vt_str *out);

#endif
