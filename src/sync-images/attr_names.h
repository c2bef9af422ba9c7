/* The names of attributes in filters and formats: one that no item can have is
 * misspelt. A filter with it would match nothing, or with != everything.
 *
 *	AUTO_ATTR_NAMES struct attr_names n = {0};
 *	attr_names_of_filters(&n, &filters);
 *	if (n.open.n && source_walk(&source, attr_names_visit, &n, err) < 0)
 *		return -1;
 *	return attr_names_check(&n, err);
 *
 * Names that simplestreams and MAAS's streams define are valid for all streams;
 * others if an item has them.
 */
#ifndef SYNC_ATTR_NAMES_H
#define SYNC_ATTR_NAMES_H

#include "base/str.h"
#include "stream.h"

struct attr_names {
	struct vt_strv open; /* not found so far */
	json_t *found;       /* names of the items that were visited */
};
/** attr_names_want() - a name is used, unless it is one of the defined ones */
void attr_names_want(struct attr_names *n, const char *name);
void attr_names_of_filters(struct attr_names *n, const struct vt_filters *f);
/** attr_names_visit() - ctx: the names. Return: 1 when all are found */
stream_visit attr_names_visit;
/** attr_names_check() - fail if a name was not found
 * Errors: VT_USAGE, with the nearest name */
int attr_names_check(const struct attr_names *n, struct vt_err **err);
void attr_names_free(struct attr_names *n);
#define AUTO_ATTR_NAMES __attribute__((cleanup(attr_names_free)))

#endif
