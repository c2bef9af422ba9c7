/* One run of vt-vmtest: selects the tests, runs make, reports the results. */
#ifndef VT_VMTEST_SESSION_H
#define VT_VMTEST_SESSION_H

#include "child.h"
#include "vmtest_options.h"

struct session {
	const struct options *o;
	struct child child;
	bool dry;             /* make -n: only print the commands */
	struct vt_strv names; /* the tests of this run */
};

/** session_run() - Return: the run's exit status, or -1 */
int session_run(struct session *s, struct vt_err **err);

/** session_make() - run the tests s->names with make
 * Return: make's exit status, or -1 */
int session_make(struct session *s, struct vt_err **err);

/** session_list() - append the names of all tests that a filter matches
 * @filter: NULL: of all */
int session_list(struct session *s, const char *filter, struct vt_strv *all,
	struct vt_err **err);

/** session_matrix() - run each of some tests on the finished disks of each;
 * Return: as session_run() */
int session_matrix(struct session *s, struct vt_err **err);

/** session_minmem() - find the smallest memory for the install phase of a test;
 * Return: as session_run() */
int session_minmem(struct session *s, struct vt_err **err);

/** session_repeat() - run one test repeatedly; Return: as session_run() */
int session_repeat(struct session *s, struct vt_err **err);

#endif
