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

/** attribute_check() - refuse a name that no test has, with the nearest */
int attribute_check(const char *name, struct vt_err **err);

/** attribute_text() - a value in one line: lists with commas, "" when it is
 * not there; owned */
char *attribute_text(const struct vt_node *attributes, const char *name);

/** attribute_is_filter() - whether a word of the command line is one */
bool attribute_is_filter(const char *word);

/** attributes_filter() - add filters, words with spaces between them
 * Errors: VT_USAGE as vt_filters_add(), or for an attribute that no test has */
int attributes_filter(
	struct vt_filters *f, const char *words, struct vt_err **err);

/** attributes_match() - whether all filters hold for a map of attributes */
bool attributes_match(
	const struct vt_filters *f, const struct vt_node *attributes);

#endif
