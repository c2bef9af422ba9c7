/* Known failures, and those of new tests. */
#ifndef VT_VERIFY_KNOWN_H
#define VT_VERIFY_KNOWN_H

#include "check.h"

/** known_apply() - mark the failed checks that an entry of known-issues.yaml
 * matches, or all of them during the test's grace, and settle the verdict
 * Errors: VT_USAGE for an invalid setting KNOWN */
int known_apply(struct verify *v, struct vt_err **err);

#endif
