/* The functions that create each type of entry, for the table in entries.c, one
 * source file a type. */
#ifndef LAYERS_H
#define LAYERS_H

#include "steps.h"

/* layers.c */
/* Check that what it is made of is preserved if it is */
int layer_check_kept(const struct vt_dev *d, struct vt_err **err);
/* Wait for udev, and wipe a new device */
int layer_finish(
	const struct plan *plan, const struct vt_dev *d, struct vt_err **err);
/* blockdev.c */
int disk_make(struct plan *plan, const struct vt_dev *d, struct vt_err **err);
/* partition.c */
int partition_make(
	struct plan *plan, const struct vt_dev *d, struct vt_err **err);
/* raid.c */
int raid_check(const struct vt_dev *d, struct vt_err **err);
int raid_make(struct plan *plan, const struct vt_dev *d, struct vt_err **err);
int raid_release(
	const struct plan *plan, const struct vt_dev *d, struct vt_err **err);
/* write mdadm.conf of the target if there is an array */
int raid_configure(
	const struct plan *plan, const char *root, struct vt_err **err);
/* lvm.c */
int volgroup_check(const struct vt_dev *d, struct vt_err **err);
int volgroup_make(
	struct plan *plan, const struct vt_dev *d, struct vt_err **err);
int volgroup_release(
	const struct plan *plan, const struct vt_dev *d, struct vt_err **err);
int volume_check(const struct vt_dev *d, struct vt_err **err);
int volume_make(struct plan *plan, const struct vt_dev *d, struct vt_err **err);
/* bcache.c */
/* Whether it is used as a cache: several bcaches may share it */
bool bcache_is_cache(const struct vt_edge *e);
int bcache_make(struct plan *plan, const struct vt_dev *d, struct vt_err **err);
int bcache_release(
	const struct plan *plan, const struct vt_dev *d, struct vt_err **err);
/* crypt.c */
int crypt_check(const struct vt_dev *d, struct vt_err **err);
int crypt_make(struct plan *plan, const struct vt_dev *d, struct vt_err **err);
int crypt_release(
	const struct plan *plan, const struct vt_dev *d, struct vt_err **err);
/* format.c */
int format_check(const struct vt_dev *d, struct vt_err **err);
int format_make(struct plan *plan, const struct vt_dev *d, struct vt_err **err);

#endif
