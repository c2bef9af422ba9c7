/* What make includes: NAME/rules.mk for each test, rules.mk for all, and
 * rules.d, which says what they depend on and is the stamp of a whole run.
 */
#ifndef VT_RULES_MAKEFILE_H
#define VT_RULES_MAKEFILE_H

#include <time.h>

#include "plan.h"

/** vt_make_word() - append a file name as make reads it in a list
 * Return: 0; -1 when make cannot hold such a name
 * Errors: VT_USAGE */
int vt_make_word(struct vt_str *out, const char *name, struct vt_err **err);

/** vt_make_test() - DIR/NAME/rules.mk */
int vt_make_test(const struct vt_plan *plan, const struct vt_world *world,
	const char *dir, struct vt_err **err);

/** vt_make_broken() - DIR/NAME/rules.mk of a config that cannot be a test:
 * its rule says why when somebody asks for it */
int vt_make_broken(
	const struct vt_test *test, const char *dir, struct vt_err **err);

/** vt_make_all() - DIR/rules.mk */
int vt_make_all(const struct vt_tests *tests, const struct vt_world *world,
	const char *dir, struct vt_err **err);

/** vt_make_stamp() - DIR/rules.d, dated to when the run began, so that what
 * changed meanwhile is newer */
int vt_make_stamp(struct vt_world *world, const char *dir,
	const struct timespec *began, struct vt_err **err);

#endif
