/* Write a result. */
#ifndef VT_VERIFY_WRITE_H
#define VT_VERIFY_WRITE_H

#include "check.h"

/** write_tap() - TAP to stdout, and nothing else */
int write_tap(const struct verify *v, struct vt_err **err);

/** write_all() - write history, result.* and TAP to stdout, remove data by the
 * keep rules; then, if the test passed, write the stamp ../NAME.done
 * @skip_too: write the stamp of a skipped test, too */
int write_all(struct verify *v, bool skip_too, struct vt_err **err);

#endif
