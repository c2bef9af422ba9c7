/* The verdict of an exit status, and a tally of several.
 *
 *	struct vt_tally tally = {0};
 *	vt_tally_add(&tally, status);	for each test, or each run of one
 *	if (vt_tally_unsteady(&tally)) ...
 *	return tally.worst;
 */
#ifndef VT_VERDICT_H
#define VT_VERDICT_H

#include <stdbool.h>
#include <stddef.h>

/** VT_UNSTEADY - the verdict of a test that failed and passed, with nothing
 * changed in between */
#define VT_UNSTEADY "failed, then passed"

/** vt_verdict_words - all values of vt_verdict_word(), NULL-terminated */
extern const char *const vt_verdict_words[];

/** vt_verdict_word() - the verdict: passed, failed, error or skipped */
const char *vt_verdict_word(int status);

/** vt_verdict_kind() - the same with the kinds of failure told apart: passed,
 * failed, timeout, bad input, host fault, skipped; killed for any other status
 */
const char *vt_verdict_kind(int status);

/** vt_verdict_good() - passed or skipped: nothing needs attention */
bool vt_verdict_good(int status);

struct vt_tally {
	size_t n, passed;
	size_t failed; /* by the guest, which may also hang */
	int worst;     /* 77, 0, 1, 4, 2, 3, from good to bad; 0 of none */
};

void vt_tally_add(struct vt_tally *t, int status);

/** vt_tally_unsteady() - of runs of one test with the same inputs: some passed
 * and some failed. A fault of the host says nothing about the test. */
bool vt_tally_unsteady(const struct vt_tally *t);

#endif
