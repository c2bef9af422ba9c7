/* The root of the system being installed. */
#ifndef TARGET_H
#define TARGET_H

#include "steps.h"

/** target_mount() - mount the filesystems of the plan below `root` */
int target_mount(
	const struct plan *plan, const char *root, struct vt_err **err);
/** target_knows() - whether target_copy() supports a source: cp://PATH (a
 * tree), fsimage:URL (a filesystem, such as a squashfs) or tgz:URL (a tar
 * archive) */
bool target_knows(const char *source);
/** target_tree() - the directory of a source cp://PATH; NULL of others */
const char *target_tree(const char *source);
/** target_copy() - copy a source to it */
int target_copy(const char *source, const char *root, struct vt_err **err);
/** target_fstab() - write /etc/fstab by UUID, parents first, the swap file last
 */
int target_fstab(
	const struct plan *plan, const char *root, struct vt_err **err);
/** target_enter() - mount /dev, /proc, /sys and /run in it, for chroot */
int target_enter(const char *root, struct vt_err **err);
/** target_run() - run a command in the target */
int target_run(const char *root, char *const *argv, struct vt_err **err);
/** target_leave() - unmount everything; Return: 0 or -1 */
int target_leave(const char *root, struct vt_err **err);

#endif
