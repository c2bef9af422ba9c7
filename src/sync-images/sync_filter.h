/* Filters on items: key=value, key!=value, key~regex, key!~regex.
 *
 * Regexes are POSIX extended and unanchored; a missing key is empty; all
 * filters must hold.
 */
#ifndef SYNC_FILTER_H
#define SYNC_FILTER_H

#include <regex.h>
#include <stdbool.h>

#include "stream.h"

struct filter {
	char *key;
	bool negated, is_regex;
	char *value;
	regex_t regex;
};

struct filters {
	struct filter *v;
	size_t n;
};

int filters_parse(struct filters *f, char *const *texts, struct vt_err **err);
bool filters_match(const struct filters *f, const struct entry *e);
/** filters_name() - whether one of them asks for that key */
bool filters_name(const struct filters *f, const char *key);
void filters_free(struct filters *f);
#define AUTO_FILTERS __attribute__((cleanup(filters_free)))

#endif
