/* Runs make, and shows live lines for the tests that it runs.
 *
 *	struct child c = {.topdir = dir, .signal_fd = fd};
 *	status = child_run(&c, argv, names, &err);
 *
 * On a terminal, make and its tools write to a pipe, and only this process
 * writes to the terminal: their output, and below it a live line for each
 * running test. The live lines are erased before other output is written, so no
 * line is interrupted and none is left behind. Without a terminal, and with
 * VERBOSE, make and its tools write to our stdout and stderr directly.
 */
#ifndef VT_VMTEST_CHILD_H
#define VT_VMTEST_CHILD_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

struct live_page;

struct child {
	const char *topdir;
	struct live_page *page; /* kept up to date, or NULL */
	int signal_fd;
	int signal; /* the first that this process received, or 0 */
	int out;    /* the command's standard output; 0: ours */
};

/** child_run() - run a command until it ends
 * @names: the tests that it may run, for live lines; NULL: no live lines
 * Return: its exit status, 128 + N if signal N ended it, or -1
 * A signal to this process is stored in @c and passed on; then it waits for the
 * command's end. */
int child_run(struct child *c, char *const *argv, const struct vt_strv *names,
	struct vt_err **err);

#endif
