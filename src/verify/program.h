/* Run a program of a definition on the host.
 *
 * It runs in the test directory, with VT_TEST_DIR and VT_COLLECT_DIR set, and
 * with a timeout. When it ends or times out, all its descendants are killed.
 */
#ifndef VT_VERIFY_PROGRAM_H
#define VT_VERIFY_PROGRAM_H

#include "base/str.h"
#include "check.h"

/** program_run() - run the command of a check
 * @merge_stderr: append stderr to `out` as well
 * Return: exit status, or -1 as vt_proc_run() */
int program_run(const struct verify *v, const struct check *c,
	bool merge_stderr, struct vt_str *out, struct vt_err **err);

/** program_shown() - the command line, for messages; owned */
char *program_shown(const struct check *c);

/** program_failed() - result of a program that did not start or timed out: the
 * check fails, without a fault of the host */
void program_failed(struct vt_check_result *r, struct vt_err **err);

/** program_tail() - set the result's detail to the last lines of output */
void program_tail(struct vt_check_result *r, const struct vt_str *out);

#endif
