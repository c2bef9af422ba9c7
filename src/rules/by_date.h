/* skip_by_date: known failures, skipped until a date.
 *
 *	skip_by_date: {bug: '1234', fixby: 2026-12-01, tests: [fstab]}
 *
 * Before `fixby` the checks in `tests` (default: all) run and are reported as
 * skipped, regardless of their result; from that date on the result counts.
 * After `removeby` (default: three weeks after fixby) they fail until the entry
 * is removed. With `install: false` nothing runs before fixby. The test is
 * skipped if the setting SKIP_BY_DATE_BUGS contains the bug or `*`.
 */
#ifndef VT_RULES_DATES_H
#define VT_RULES_DATES_H

#include <stdbool.h>

#include "test/verify_file.h"

/** vt_dates_check() - check keys, types and dates of the value */
int vt_dates_check(const struct vt_node *n, struct vt_err **err);

/** vt_dates_skip() - reason to skip the whole test today, or NULL; owned
 * @dated: set if the answer depends on the date */
char *vt_dates_skip(const struct vt_node *n, bool *dated);

/** vt_dates_forgive() - whether a failing phase is excused today: an entry has
 * no `tests`, and its fixby is in the future */
bool vt_dates_forgive(const struct vt_node *n, bool *dated);

/** vt_dates_fill() - fill f->dates for vt-verify, with removeby set
 * @doc: owns the dates */
void vt_dates_fill(
	const struct vt_node *n, struct vt_doc *doc, struct vt_verify_file *f);

#endif
