/* Which tests there are: definitions, matrix members and bare configs.
 *
 *	VT_AUTO_TESTS struct vt_tests tests = {0};
 *	if (vt_tests_add_definitions(&tests, &files, "examples", err) < 0 ||
 *		vt_tests_add_configs(&tests, &files, "examples/tests", err) < 0)
 *		return -1;
 *
 * Definitions first: a config that a definition uses, or whose name one has,
 * is no test of its own. A broken definition is an error; a bare config is
 * not looked at here.
 */
#ifndef VT_RULES_TESTS_H
#define VT_RULES_TESTS_H

#include <stdbool.h>

#include "data/doc.h"
#include "files.h"

struct vt_test {
	char *name;
	char *file;                 /* of the definition or the bare config */
	const struct vt_node *keys; /* map; NULL: a bare config */
};

struct vt_tests {
	struct vt_test **v;
	size_t n;
	void *by_name;          /* tsearch tree of the same */
	struct vt_strv configs; /* that definitions use, as real paths */
};

/** vt_tests_add_definitions() - a file, or all *.yaml of a directory but
 * the release table and those that begin with '_', which only exist to be
 * extended
 * Errors: VT_USAGE with a position; no such file */
int vt_tests_add_definitions(struct vt_tests *t, struct vt_files *files,
	const char *path, struct vt_err **err);

/** vt_tests_add_configs() - a file, or all *.yaml of a directory */
int vt_tests_add_configs(struct vt_tests *t, struct vt_files *files,
	const char *path, struct vt_err **err);

void vt_tests_free(struct vt_tests *t);
#define VT_AUTO_TESTS __attribute__((cleanup(vt_tests_free)))

#endif
