/* skip_by_date: failures that are known, until a day.
 *
 *	skip_by_date: {bug: '1234', fixby: 2026-12-01, tests: [fstab]}
 *
 * Until `fixby` what is named in `tests` (all, without it) is run and counts
 * as skipped, whatever comes of it; from then on it counts. After `removeby`
 * (three weeks after fixby, unless said) it fails, to have the workaround
 * removed. With `install: false` nothing runs before fixby. A bug that stands
 * in the setting SKIP_BY_DATE_BUGS, or a `*` there, skips the test.
 */
#ifndef VT_RULES_DATES_H
#define VT_RULES_DATES_H

#include <stdbool.h>

#include "test/verify_file.h"

/** vt_dates_check() - words, types and days of the key's value */
int vt_dates_check(const struct vt_node *n, struct vt_err **err);

/** vt_dates_skip() - why nothing of a test runs today; NULL: it runs; owned
 * @dated: set when another day may give another answer */
char *vt_dates_skip(const struct vt_node *n, bool *dated);

/** vt_dates_forgive() - whether a phase that fails today is known to: the key
 * names no tests, and the day has not come */
bool vt_dates_forgive(const struct vt_node *n, bool *dated);

/** vt_dates_fill() - for vt-verify, with removeby filled in
 * @doc: keeps the days */
void vt_dates_fill(
	const struct vt_node *n, struct vt_doc *doc, struct vt_verify_file *f);

#endif
