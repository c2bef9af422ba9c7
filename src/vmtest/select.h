/* Which of all tests are meant: by how they did before. */
#ifndef VT_VMTEST_SELECT_H
#define VT_VMTEST_SELECT_H

#include <time.h>

#include "vmtest_options.h"

/** select_tests() - of `all`, in their order, those of a selection */
void select_tests(enum selection which, const char *topdir,
	const struct vt_strv *all, struct vt_strv *out);

/** select_ran() - leave those whose result is newer than `since`, or gone */
void select_ran(const char *topdir, const struct timespec *since,
	struct vt_strv *names);

/** select_shuffle() - another order, each as likely */
void select_shuffle(struct vt_strv *names);

/** select_result() - the exit status in a test's result.json and the phase
 * that ended it ("-": none, "verify"...; owned); -1 when there is none */
int select_result(const char *dir, char **phase);

#endif
