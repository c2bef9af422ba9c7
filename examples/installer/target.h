/* The system being installed: mounted, filled, entered, left. */
#ifndef TARGET_H
#define TARGET_H

#include "steps.h"

/** target_mount() - mount the plan's filesystems below `root` */
int target_mount(
	const struct plan *plan, const char *root, struct vt_err **err);
/** target_knows() - a source that target_copy() can copy: cp://PATH (a tree),
 * fsimage:URL (a filesystem, such as a squashfs) or tgz:URL (a tar archive) */
bool target_knows(const char *source);
/** target_copy() - fill it */
int target_copy(const char *source, const char *root, struct vt_err **err);
/** target_fstab() - /etc/fstab by UUID, parents first; the swap file last */
int target_fstab(
	const struct plan *plan, const char *root, struct vt_err **err);
/** target_enter() - make /dev, /proc, /sys and /run there, for chroot */
int target_enter(const char *root, struct vt_err **err);
/** target_run() - a command in the target */
int target_run(const char *root, char *const *argv, struct vt_err **err);
/** target_leave() - unmount all of it; Return: 0 or -1 */
int target_leave(const char *root, struct vt_err **err);

#endif
