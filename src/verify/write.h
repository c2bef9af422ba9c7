/* A result on its way out. */
#ifndef VT_VERIFY_WRITE_H
#define VT_VERIFY_WRITE_H

#include "check.h"

/** write_all() - a line of history, result.*, TAP to stdout, and what is not
 * to be kept goes; then, when the test passed, the stamp ../NAME.done
 * @skip_too: a skipped test gets one as well */
int write_all(struct verify *v, bool skip_too, struct vt_err **err);

#endif
