/* How each layer is made, for the table in entries.c, and what others ask
 * about layers. Each is a file of its own. */
#ifndef LAYERS_H
#define LAYERS_H

#include "steps.h"

/* blockdev.c */
int disk_make(struct plan *plan, const struct vt_dev *d, struct vt_err **err);
/* partition.c */
int partition_make(
	struct plan *plan, const struct vt_dev *d, struct vt_err **err);
/* raid.c */
struct raid_level {
	const char *name;
	size_t least; /* devices */
	bool spares;
};
/* NULL: there is none of this name */
const struct raid_level *raid_level(const struct vt_dev *raid);
int raid_make(struct plan *plan, const struct vt_dev *d, struct vt_err **err);
int raid_release(const char *dev, struct vt_err **err);
/* the target's mdadm.conf, when there is an array */
int raid_configure(
	const struct plan *plan, const char *root, struct vt_err **err);
/* lvm.c */
int volgroup_make(
	struct plan *plan, const struct vt_dev *d, struct vt_err **err);
int volgroup_release(const char *dev, struct vt_err **err);
int volume_make(struct plan *plan, const struct vt_dev *d, struct vt_err **err);
/* format.c */
bool format_is_known(const char *fstype);
int format_make(struct plan *plan, const struct vt_dev *d, struct vt_err **err);

#endif
