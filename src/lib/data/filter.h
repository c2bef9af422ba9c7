/* Filters on things that have attributes.
 *
 *	VT_AUTO_FILTERS struct vt_filters f = {0};
 *	if (vt_filters_add(&f, words, err) < 0) return -1;
 *	if (vt_filters_match(&f, text_of, thing)) ...
 *
 * A filter is KEY=VALUE, KEY!=VALUE, KEY~ERE or KEY!~ERE; a pattern is POSIX
 * extended and unanchored, an attribute that a thing lacks is empty, and all
 * filters must hold.
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

/** vt_filters_add() - a NULL-terminated list of them; NULL for none
 * Errors: VT_USAGE for another form, or a bad pattern */
int vt_filters_add(
	struct vt_filters *f, char *const *words, struct vt_err **err);

/** vt_filters_name() - whether one of them asks for that key */
bool vt_filters_name(const struct vt_filters *f, const char *key);

/** vt_filters_match() - whether all hold
 * @text: an attribute of `thing`, "" for none; owned by the caller of it */
bool vt_filters_match(const struct vt_filters *f,
	char *(*text)(const void *thing, const char *key), const void *thing);

void vt_filters_free(struct vt_filters *f);
#define VT_AUTO_FILTERS __attribute__((cleanup(vt_filters_free)))

#endif
