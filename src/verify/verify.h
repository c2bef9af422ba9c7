/* The two jobs of vt-verify. */
#ifndef VT_VERIFY_VERIFY_H
#define VT_VERIFY_VERIFY_H

#include "check.h"

/** verify_test() - collected facts, logs and disks of v->dir to results
 * Errors: VT_USAGE for a bad verify.yaml; VT_HOST when nothing was collected */
int verify_test(struct verify *v, struct vt_err **err);

/** verify_failed() - the result of a test whose phase failed, from
 * logs/PHASE.json alone */
int verify_failed(struct verify *v, const char *phase, struct vt_err **err);

/** verify_error() - the result when one of these two failed; takes the error */
void verify_error(struct verify *v, struct vt_err **err);

#endif
