/* A screen for each failure: what to know, and what to do next. */
#ifndef VT_REPORT_SCREEN_H
#define VT_REPORT_SCREEN_H

#include "row.h"

/** screen_failure() - why a test failed, on at most 18 lines: the cause, and
 * the first check that failed */
void screen_failure(const struct vt_result *r, struct vt_str *out);

/** screens_format() - a screen for each of the first tests that did not pass,
 * and the number of the others
 * @topdir: their directory, which may have a page, and notes of the last run */
void screens_format(
	const struct rows *rows, const char *topdir, struct vt_str *out);

/** screens_add_last() - the tests of the last run, as rows
 * Errors: VT_USAGE when there was none */
int screens_add_last(
	struct rows *rows, const char *topdir, struct vt_err **err);

#endif
