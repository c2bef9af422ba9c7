/* disks_from: the finished disks of another test are this test's disks.
 *
 *	if (vt_disks_from(&plan, err) < 0)
 *		return -1;
 *
 * Each disk becomes an overlay on one of the other test, which is never
 * written. Disks are paired by serial where both have the same, the others in
 * the order of the machines; a disk that has no partner is new and empty, and
 * so is one of the other test's that this machine does not have. NVRAM and TPM
 * are as the other test left them if both machines have them.
 */
#ifndef VT_RULES_DISKS_FROM_H
#define VT_RULES_DISKS_FROM_H

#include "plan.h"

/** vt_disks_from() - give the machine of a plan the disks of the test that its
 * definition names; does nothing if it names none
 * Errors: VT_USAGE with a position for a test that does not exist, is skipped,
 * cannot be run, has another architecture or block size, or has this test's
 * disks itself */
int vt_disks_from(struct vt_plan *plan, struct vt_err **err);

#endif
