/* Filters that select objects, such as tests or images, by their attributes.
 *
 *	VT_AUTO_FILTERS struct vt_filters f = {0};
 *	if (vt_filters_add(&f, words, err) < 0) return -1;
 *	if (vt_filters_match(&f, text_of, thing)) ...
 *
 * A filter has the form KEY=VALUE, KEY!=VALUE, KEY~ERE or KEY!~ERE. ERE is a
 * POSIX extended regular expression, which may match any part of the value. A
 * missing attribute has the value "". An object is selected if all filters
 * match.
 */
#ifndef VT_FILTER_H
#define VT_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct vt_filters {
	struct vt_filter *v;
	size_t n;
};

/** vt_filters_add() - parse filters
 * @words: NULL-terminated; NULL for none
 * Errors: VT_USAGE for an invalid filter or regular expression */
int vt_filters_add(
	struct vt_filters *f, char *const *words, struct vt_err **err);

/** vt_filters_name() - whether any filter has this key */
bool vt_filters_name(const struct vt_filters *f, const char *key);

/** vt_filters_key() - the key of filter `i`, below f->n; borrowed */
const char *vt_filters_key(const struct vt_filters *f, size_t i);

/** vt_filters_match() - whether all filters match
 * @text: returns an attribute of `thing`, "" if it is missing; the result is
 *   freed */
bool vt_filters_match(const struct vt_filters *f,
	char *(*text)(const void *thing, const char *key), const void *thing);

void vt_filters_free(struct vt_filters *f);
#define VT_AUTO_FILTERS __attribute__((cleanup(vt_filters_free)))

#endif
