/* Tests that are not run, and failures that are known until a day. */
#ifndef VT_VERIFY_DATES_H
#define VT_VERIFY_DATES_H

#include "check.h"

/** dates_skipped() - verify.yaml's `skip` as the only result, when it has one
 */
bool dates_skipped(struct verify *v);

/** dates_apply() - `skip_by_date`: before `fixby` the results that it names
 * (all, when it names none) are skips, whatever they were; after `removeby`
 * they are not ok */
void dates_apply(struct verify *v);

/** dates_forgive() - whether a phase's failure counts as a skip today */
bool dates_forgive(const struct verify *v);

#endif
