/* The file that make includes: DIR/tests.mk, the rules of all tests.
 *
 *	VT_AUTO_MAKEFILE struct vt_makefile m = {.dir = dir};
 *	vt_make_test(&m, &plan, &err);	for each test
 *	vt_make_write(&m, &world, &began, &err);
 *
 * It names all files that it comes from, so that make has it written again
 * when one of them changes, and is written anew each time: its own time is
 * its stamp.
 */
#ifndef VT_RULES_MAKEFILE_H
#define VT_RULES_MAKEFILE_H

#include <time.h>

#include "plan.h"

struct vt_makefile {
	const char *dir;
	struct vt_strv tests, skipped, broken; /* names; tests: all of them */
	size_t n_run;                          /* that are neither */
	struct vt_str own;                     /* rules of single tests */
};

/** vt_make_word() - append a file name as make reads it in a list
 * Return: 0; -1 when make cannot hold such a name
 * Errors: VT_USAGE */
int vt_make_word(struct vt_str *out, const char *name, struct vt_err **err);

int vt_make_test(
	struct vt_makefile *m, const struct vt_plan *plan, struct vt_err **err);

/** vt_make_broken() - a config that cannot be a test: its rule says why when
 * somebody asks for it */
void vt_make_broken(struct vt_makefile *m, const struct vt_test *test);

/** vt_make_write() - DIR/tests.mk and DIR/installer-N
 * @began: when vt-rules began to read: the file's date, so that what changed
 *   meanwhile is newer */
int vt_make_write(struct vt_makefile *m, struct vt_world *world,
	const struct timespec *began, struct vt_err **err);

void vt_makefile_free(struct vt_makefile *m);
#define VT_AUTO_MAKEFILE __attribute__((cleanup(vt_makefile_free)))

#endif
