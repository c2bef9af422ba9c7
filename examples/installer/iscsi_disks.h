/* Disks of iSCSI targets: those whose path is
 * iscsi:[USER:PASSWORD[:USER:PASSWORD]@]HOST:PROTO:PORT:LUN:TARGET.
 *
 * The first account is that of the initiator, the second one that of the
 * target, which proves itself by it. Empty parts are the defaults of RFC 4173:
 * protocol 6, port 3260, LUN 0.
 */
#ifndef ISCSI_DISKS_H
#define ISCSI_DISKS_H

#include "steps.h"

/** iscsi_check() - Errors: VT_USAGE for a path that is none */
int iscsi_check(const struct vt_dev *disk, struct vt_err **err);
/** iscsi_check_mounts() - nothing that is needed to boot is on such a disk */
int iscsi_check_mounts(const struct plan *plan, struct vt_err **err);
/** iscsi_login() - log in to its target; Return: the device, owned */
char *iscsi_login(const struct vt_dev *disk, struct vt_err **err);
/** iscsi_configure() - at each boot, the target has a network and logs in to
 * the disks */
int iscsi_configure(
	const struct plan *plan, const char *root, struct vt_err **err);
/** iscsi_logout() - of all disks, after all is unmounted */
int iscsi_logout(const struct plan *plan, struct vt_err **err);

#endif
