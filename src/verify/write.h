/* Results on their way out: TAP, JUnit, result.json. */
#ifndef VT_VERIFY_WRITE_H
#define VT_VERIFY_WRITE_H

#include "base/str.h"
#include "check.h"

/** write_tap() - TAP version 13, what failed as comment lines */
void write_tap(const struct verify *v, struct vt_str *out);
/** write_junit() - one testsuite of one test, a testcase each result */
void write_junit(const struct verify *v, const struct verdict *verdict,
	struct vt_str *out);
/** write_json() - format 1; Return: new reference */
json_t *write_json(const struct verify *v, const struct verdict *verdict);

/** write_all() - TAP to stdout, result.*, a line of history, and what is not
 * to be kept goes; then, when it passed, the stamp ../NAME.done; an old stamp
 * is removed when not
 * @skip_too: a skipped test gets one as well */
int write_all(const struct verify *v, const struct verdict *verdict,
	bool skip_too, struct vt_err **err);

#endif
