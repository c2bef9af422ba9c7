/* One test's line of the table: its result, or why there is none. */
#ifndef VT_REPORT_ROW_H
#define VT_REPORT_ROW_H

#include <stddef.h>

#include "base/err.h"
#include "test/result.h"

struct row {
	char *dir;
	/* of a test without one: an error with a check that says so */
	struct vt_result result;
	const char *verdict; /* of the result, or of all runs */
};

struct rows {
	struct row *v;
	size_t n;
};

/** rows_add_names() - the tests of these names in a directory of tests */
void rows_add_names(
	struct rows *rows, const char *dir, const struct vt_strv *names);

/** rows_add_named() - the tests that a file names, one a line, in a directory
 * of tests */
int rows_add_named(struct rows *rows, const char *dir, const char *file,
	struct vt_err **err);

/**
 * rows_add() - the tests under a path: a test's own directory, or a directory
 * of them. What has no result gets a row that says so, status 3.
 */
int rows_add(struct rows *rows, const char *path, struct vt_err **err);
void rows_free(struct rows *rows);

/** rows_status() - the worst status of all, in the order 0, 1, 4, 2, 3;
 * skipped tests count only when there are no others */
int rows_status(const struct rows *rows);

#endif
