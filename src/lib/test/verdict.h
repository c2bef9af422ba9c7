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

/** VT_UNSTEADY - the verdict of a test that failed and then passed with the
 * same inputs */
#define VT_UNSTEADY "failed, then passed"

/** VT_KNOWN_FAILURE - the verdict of a test all of whose failures are known */
#define VT_KNOWN_FAILURE "known failure"

/** vt_verdict_words - all values of vt_verdict_word(), NULL-terminated */
extern const char *const vt_verdict_words[];

/** vt_verdict_word() - the verdict: passed, failed, error or skipped */
const char *vt_verdict_word(int status);

/** vt_verdict_kind() - the verdict in more detail: passed, failed, timeout, bad
 * input, host fault, skipped; killed for any other status */
const char *vt_verdict_kind(int status);

/** vt_verdict_good() - passed or skipped: nothing needs attention */
bool vt_verdict_good(int status);

struct vt_tally {
	size_t n, passed;
	size_t failed; /* statuses 1 and 4 */
	int worst;     /* in the order 77 0 1 4 2 3; 0 if there are none */
};

void vt_tally_add(struct vt_tally *t, int status);

/** vt_tally_unsteady() - whether, of runs of one test with the same inputs,
 * some passed and some failed. Host faults do not count. */
bool vt_tally_unsteady(const struct vt_tally *t);

#endif
