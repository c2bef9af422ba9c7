/* Which tests: filters on their attributes.
 *
 *	AUTO_FILTERS struct filters f = {0};
 *	if (filters_add(&f, "release=focal arch!=i386", err) < 0) return -1;
 *	if (filters_match(&f, attributes)) ...
 *
 * KEY=VALUE, KEY!=VALUE, KEY~ERE and KEY!~ERE; ERE is POSIX extended and
 * unanchored, what a test does not have is empty, and all filters must hold. An
 * attribute is a key of a definition, or one of those in filter.c.
 */
#ifndef VT_RULES_FILTER_H
#define VT_RULES_FILTER_H

#include <regex.h>
#include <stdbool.h>

#include "data/doc.h"

struct filter {
	char *key, *value;
	bool negated, is_ere;
	regex_t ere;
};

struct filters {
	struct filter *v;
	size_t n;
};

/** filters_is() - whether a word of the command line is one */
bool filters_is(const char *word);

/** filters_add() - words with spaces between them
 * Errors: VT_USAGE for no filter, an attribute that no test has, a bad ERE */
int filters_add(struct filters *f, const char *words, struct vt_err **err);

/** filters_match() - of a map of attributes */
bool filters_match(const struct filters *f, const struct vt_node *attributes);
void filters_free(struct filters *f);
#define AUTO_FILTERS __attribute__((cleanup(filters_free)))

/** attribute_check() - refuse a name that no test has, with the nearest */
int attribute_check(const char *name, struct vt_err **err);

/** attribute_text() - a value in one line: lists with commas, "" when it is
 * not there; owned */
char *attribute_text(const struct vt_node *attributes, const char *name);

#endif
