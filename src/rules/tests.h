/* The list of tests: definitions, matrix members and bare configs.
 *
 *	VT_AUTO_TESTS struct vt_tests tests = {0};
 *	if (vt_tests_add_definitions(&tests, &files, "examples", err) < 0 ||
 *		vt_tests_add_configs(&tests, &files, "examples/tests", err) < 0)
 *		return -1;
 *
 * Add definitions first: a config that a definition uses, or that has the name
 * of one, is not added as a test. An invalid definition is an error; bare
 * configs are not read here.
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
	bool derived;               /* made by vt_tests_derive() */
};

struct vt_tests {
	struct vt_test **v;
	size_t n;
	void *by_name;          /* tsearch tree of the same */
	struct vt_strv configs; /* that definitions use, as real paths */
};

/** vt_tests_add_definitions() - add a file, or all *.yaml of a directory
 * except the release table, known issues and names that begin with '_', which
 * are only to be extended Errors: VT_USAGE, with a position or for a missing
 * file */
int vt_tests_add_definitions(struct vt_tests *t, struct vt_files *files,
	const char *path, struct vt_err **err);

/** vt_tests_add_configs() - add a file, or all *.yaml of a directory */
int vt_tests_add_configs(struct vt_tests *t, struct vt_files *files,
	const char *path, struct vt_err **err);

/** vt_tests_files() - append a file, or those of a directory that the functions
 * above would add */
int vt_tests_files(const char *path, struct vt_strv *out, struct vt_err **err);

/** vt_tests_find() - the test of this name, or NULL */
const struct vt_test *vt_tests_find(struct vt_tests *t, const char *name);

/** vt_tests_derive() - add the test TEST.again, which is TEST on the finished
 * disks of TEST, or TEST-on-OTHER; does nothing if there is a test of the name,
 * or none of which it could be made
 * Errors: VT_USAGE for a name that is too long */
int vt_tests_derive(struct vt_tests *t, struct vt_files *files,
	const char *name, struct vt_err **err);

void vt_tests_free(struct vt_tests *t);
#define VT_AUTO_TESTS __attribute__((cleanup(vt_tests_free)))

#endif
