/* What is kept of the last pass of a test, to be compared with: TEST/passed, a
 * test's directory with its result, reports and inputs, its lists of packages
 * and that of its image. It has neither disks nor other facts.
 *
 *	vt_passed_keep(dir, err);		after a pass
 *	path = vt_fs_join(dir, VT_PASSED);	a directory to compare with
 *
 * Files are links to those of the test where the file system has links: no
 * writer of a test changes a file in place.
 */
#ifndef VT_PASSED_TEST_H
#define VT_PASSED_TEST_H

#include "base/err.h"

#define VT_PASSED "passed"
/* In it, the list of the packages of the image that the installer ran in. */
#define VT_PASSED_IMAGE "image.manifest"

/** vt_packages_facts - facts that list the packages of the installed system,
 * NULL-terminated */
extern const char *const vt_packages_facts[];

/** vt_packages_of_image() - the list of the packages of the image that the
 * install phase boots: of a test's directory, or kept in that of a pass
 * Return: a path (owned); NULL: there is none */
char *vt_packages_of_image(const char *dir);

/** vt_passed_keep() - replaces what was kept of the pass before */
int vt_passed_keep(const char *dir, struct vt_err **err);

#endif
