/* Selects tests by their previous results. */
#ifndef VT_VMTEST_SELECT_H
#define VT_VMTEST_SELECT_H

#include <time.h>

#include "vmtest_options.h"

/** select_tests() - append the tests of `all` that are in the selection */
void select_tests(enum selection which, const char *topdir,
	const struct vt_strv *all, struct vt_strv *out);

/** select_ran() - keep only tests whose result is missing or not older than
 * `since`: those that have run since then */
void select_ran(const char *topdir, const struct timespec *since,
	struct vt_strv *names);

/** select_longest_first() - those of which the last pass took longest first, so
 * that no long one is left at the end; before them those that never passed */
void select_longest_first(const char *topdir, struct vt_strv *names);

/** select_shuffle() - put them into a random order */
void select_shuffle(struct vt_strv *names);

#endif
