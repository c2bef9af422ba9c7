/* Verdicts of vt-verify. */
#ifndef VT_VERIFY_VERIFY_H
#define VT_VERIFY_VERIFY_H

#include "check.h"

/** verify_test() - run all checks on facts, logs and disks of v->dir
 * Errors: VT_USAGE for a bad verify.yaml; VT_HOST when nothing was collected */
int verify_test(struct verify *v, struct vt_err **err);

/** verify_failed() - result of a test whose phase failed, from logs/PHASE.json
 * only */
int verify_failed(struct verify *v, const char *phase, struct vt_err **err);

/** verify_error() - result after an error of verify_test() or verify_failed();
 * frees the error */
void verify_error(struct verify *v, struct vt_err **err);

#endif
