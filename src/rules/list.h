/* vt-rules list: print the tests. */
#ifndef VT_RULES_LIST_H
#define VT_RULES_LIST_H

#include "plan.h"
#include "attributes.h"

/** vt_list() - print the tests that match all filters to standard output
 * @format: name, table, json, yaml, or text with {ATTRIBUTE} in it
 * Errors: VT_USAGE for an unknown format or attribute, or an invalid
 *   definition */
int vt_list(const struct vt_tests *tests, struct vt_world *world,
	const struct vt_filters *filters, const char *format,
	struct vt_err **err);

#endif
