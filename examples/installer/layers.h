/* What entries.c has in its table: a reader for each type of entry, and what
 * makes and releases one. Each layer is a file of its own. */
#ifndef LAYERS_H
#define LAYERS_H

#include "reader.h"

/* disk.c */
void disk_read(struct reader *r);
int disk_make(struct plan *plan, struct entry *e, struct vt_err **err);
/* partition.c */
void partition_read(struct reader *r);
int partition_make(struct plan *plan, struct entry *e, struct vt_err **err);
/* raid.c */
void raid_read(struct reader *r);
int raid_make(struct plan *plan, struct entry *e, struct vt_err **err);
int raid_release(struct entry *e, struct vt_err **err);
/* the target's mdadm.conf, when there is an array */
int raid_configure(
	const struct plan *plan, const char *root, struct vt_err **err);
/* lvm.c */
void volgroup_read(struct reader *r);
int volgroup_make(struct plan *plan, struct entry *e, struct vt_err **err);
int volgroup_release(struct entry *e, struct vt_err **err);
void volume_read(struct reader *r);
int volume_make(struct plan *plan, struct entry *e, struct vt_err **err);
/* format.c */
void format_read(struct reader *r);
int format_make(struct plan *plan, struct entry *e, struct vt_err **err);
bool format_is_swap(const struct entry *format);
/* as mount(8) and fstab(5) know it */
const char *format_mount_type(const struct entry *format);
/* mount.c */
void mount_read(struct reader *r);

#endif
