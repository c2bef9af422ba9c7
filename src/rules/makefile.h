/* The file that make includes: DIR/tests.mk, the rules of all tests.
 *
 *	VT_AUTO_MAKEFILE struct vt_makefile m = {.dir = dir};
 *	vt_make_test(&m, &plan, &err);	for each test
 *	vt_make_write(&m, &world, &began, &err);
 *
 * It lists all files that it depends on, so that make runs vt-rules again when
 * one of them changes. It is written each time: its own modification time is
 * the stamp.
 */
#ifndef VT_RULES_MAKEFILE_H
#define VT_RULES_MAKEFILE_H

#include <time.h>

#include "plan.h"

struct vt_makefile {
	const char *dir;
	struct vt_strv tests, skipped, broken; /* names; tests: all of them */
	size_t n_run;                          /* neither skipped nor broken */
	struct vt_str own;                     /* rules of single tests */
	/* tests with disks_from, and the tests whose disks they have */
	struct vt_strv users, bases;
};

/** vt_make_word() - append a file name, quoted for a list in make
 * Errors: VT_USAGE for a name that make does not support */
int vt_make_word(struct vt_str *out, const char *name, struct vt_err **err);

int vt_make_test(
	struct vt_makefile *m, const struct vt_plan *plan, struct vt_err **err);

/** vt_make_broken() - add a rule for an invalid config that prints the error
 * when the test is run */
void vt_make_broken(struct vt_makefile *m, const struct vt_test *test);

/** vt_make_write() - DIR/tests.mk and DIR/installer-N
 * @began: when vt-rules started: becomes the file's modification time, so that
 *   files that changed since are newer */
int vt_make_write(struct vt_makefile *m, struct vt_world *world,
	const struct timespec *began, struct vt_err **err);

void vt_makefile_free(struct vt_makefile *m);
#define VT_AUTO_MAKEFILE __attribute__((cleanup(vt_makefile_free)))

#endif
