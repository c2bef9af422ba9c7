/* Lists of packages, as dpkg-query and rpm print them, and how two differ. */
#ifndef VT_REPORT_PACKAGES_H
#define VT_REPORT_PACKAGES_H

#include <stddef.h>

/* @from, @to: versions; NULL: the package is not in that list */
typedef void packages_tell(
	void *arg, const char *name, const char *from, const char *to);

/** packages_compare() - call `tell` for each package that differs, sorted by
 * name
 * @from, @to: the texts of two lists, which are changed */
void packages_compare(char *from, char *to, packages_tell *tell, void *arg);

#endif
