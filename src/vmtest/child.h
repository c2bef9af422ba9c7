/* The make that runs tests, and what is shown meanwhile.
 *
 *	struct child c = {.topdir = dir, .signal_fd = fd};
 *	status = child_run(&c, argv, names, &err);
 *
 * On a terminal make and its tools write to a pipe, and only we to the
 * terminal: their lines, and below them a line for each test that runs, which
 * is taken back before anything else is written. So no line is torn, whatever
 * runs at a time, and nothing is left behind. Elsewhere, and with VERBOSE,
 * they write where we do, a line at a time.
 */
#ifndef VT_VMTEST_CHILD_H
#define VT_VMTEST_CHILD_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

struct child {
	const char *topdir;
	int signal_fd;
	int signal; /* that ended it, or 0 */
};

/** child_run() - one command to its end
 * @names: the tests that may run, for the live lines; NULL for none
 * Return: its exit status, 128 + N for one that a signal ended, or -1
 * A signal to us is handed on, remembered, and the end waited for. */
int child_run(struct child *c, char *const *argv, const struct vt_strv *names,
	struct vt_err **err);

#endif
