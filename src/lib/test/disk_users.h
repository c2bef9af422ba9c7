/* The tests whose disks are overlays on those of another test (disks_from in
 * vt-test(5)). vt-rules writes their names into the other test's directory;
 * keep.c asks before it removes disks.
 */
#ifndef VT_DISK_USERS_H
#define VT_DISK_USERS_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

/** vt_disk_users_write() - write the names of the tests that have the disks of
 * the test in `dir`; names of before stay as long as these tests have disks
 * @names: none: remove the file
 * Errors: VT_HOST */
int vt_disk_users_write(
	const char *dir, const struct vt_strv *names, struct vt_err **err);

/** vt_disk_users_need() - whether a test still needs these disks: it has no
 * result yet, or its own disks are overlays on them */
bool vt_disk_users_need(const char *dir);

/** vt_disk_users_base() - the directory of the test whose disks the test in
 * `dir` has, as its verify.yaml says; owned; NULL: none */
char *vt_disk_users_base(const char *dir);

#endif
