/* Data to keep of a finished test: KEEP_DATA_PASS, KEEP_DATA_FAIL, TAR_DISKS.
 *
 *	if (vt_keep_check(&err) < 0) ...	before a run
 *	vt_keep_apply(dir, passed, &err);	after a verdict
 *
 * The stamp of removed data is removed too, so that make creates the data again
 * when a later phase needs it. Files of vt-rules, the results and ../NAME.done
 * stay, so that make has nothing to do until an input changes.
 */
#ifndef VT_KEEP_H
#define VT_KEEP_H

#include <stdbool.h>

#include "base/err.h"

/** vt_keep_check() - Errors: VT_USAGE for an invalid setting */
int vt_keep_check(struct vt_err **err);

/** vt_keep_apply() - remove data by the rules for passed or failed tests */
int vt_keep_apply(const char *dir, bool passed, struct vt_err **err);

#endif
