/* vt-rules list: which tests there are. */
#ifndef VT_RULES_LIST_H
#define VT_RULES_LIST_H

#include "plan.h"
#include "attributes.h"

/** vt_list() - those that all filters let through, to standard output
 * @format: name, table, json, yaml, or text with {ATTRIBUTE} in it
 * Errors: VT_USAGE for a format or attribute that there is not; broken
 *   definitions */
int vt_list(const struct vt_tests *tests, struct vt_world *world,
	const struct vt_filters *filters, const char *format,
	struct vt_err **err);

#endif
