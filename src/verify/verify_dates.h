/* Skipped tests, and known failures that are skipped until a date. */
#ifndef VT_VERIFY_DATES_H
#define VT_VERIFY_DATES_H

#include "check.h"

/** dates_skipped() - with `skip` in verify.yaml, make it the only result
 * Return: whether the test is skipped */
bool dates_skipped(struct verify *v);

/** dates_apply() - apply `skip_by_date`: before `fixby`, the results that it
 * names (all, when it names none) become skips; after `removeby` they become
 * not ok */
void dates_apply(struct verify *v);

/** dates_forgive() - whether a failed phase is skipped today */
bool dates_forgive(const struct verify *v);

#endif
