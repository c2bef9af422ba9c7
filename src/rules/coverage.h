/* vt-rules --coverage: which checks answer the statements of configs. */
#ifndef VT_RULES_COVERAGE_H
#define VT_RULES_COVERAGE_H

#include "plan.h"

/**
 * vt_coverage() - print the statements of the tests' configs and their sums
 * @json: as JSON
 * A bare config that cannot be run as a test is named and left out.
 */
int vt_coverage(const struct vt_tests *tests, struct vt_world *world, bool json,
	struct vt_err **err);

#endif
