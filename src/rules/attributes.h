/* Attributes of tests: the keys of a definition, and those of attributes.c.
 * What `vt-rules list` shows and filters.
 *
 *	VT_AUTO_FILTERS struct vt_filters f = {0};
 *	if (attributes_filter(&f, "release=focal arch!=i386", err) < 0)
 *		return -1;
 *	if (attributes_match(&f, attributes)) ...
 */
#ifndef VT_RULES_ATTRIBUTES_H
#define VT_RULES_ATTRIBUTES_H

#include <stdbool.h>

#include "data/doc.h"
#include "data/filter.h"

/** attribute_check() - error for an unknown name, with the nearest
 * known one */
int attribute_check(const char *name, struct vt_err **err);

/** attribute_text() - a value in one line: lists with commas, "" when not set;
 * owned */
char *attribute_text(const struct vt_node *attributes, const char *name);

/** attribute_is_filter() - whether an operand has the form of a filter */
bool attribute_is_filter(const char *word);

/** attributes_filter() - add filters, separated by spaces
 * Errors: VT_USAGE as vt_filters_add(), or for an unknown attribute */
int attributes_filter(
	struct vt_filters *f, const char *words, struct vt_err **err);

/** attributes_match() - whether a map of attributes matches all filters */
bool attributes_match(
	const struct vt_filters *f, const struct vt_node *attributes);

#endif
