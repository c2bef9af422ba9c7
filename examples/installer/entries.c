#include "entries.h"

#include <string.h>

#include "base/mem.h"
#include "clear.h"
#include "layers.h"
#include "partition.h"
#include "step.h"

static const struct entry_type {
	enum vt_type_id id;
	int (*make)(
		struct plan *plan, const struct vt_dev *d, struct vt_err **err);
	int (*release)(const struct plan *plan, const struct vt_dev *d,
		struct vt_err **err);
} types[] = {
	{VT_DISK, disk_make, NULL},
	{VT_PARTITION, partition_make, NULL},
	{VT_RAID, raid_make, raid_release},
	{VT_LVM_VOLGROUP, volgroup_make, volgroup_release},
	{VT_LVM_PARTITION, volume_make, NULL},
	{VT_BCACHE, bcache_make, bcache_release},
	{VT_DM_CRYPT, crypt_make, crypt_release},
	{VT_FORMAT, format_make, NULL},
};

static const struct entry_type *type_of(const struct vt_dev *d)
{
	for (size_t i = 0; i < VT_COUNT(types); i++)
		if (types[i].id == d->type->id)
			return &types[i];
	return NULL;
}

/* Write zeros by BLKZEROOUT: on a QEMU disk it makes a hole, which takes
 * neither time nor space; not all drivers support it. */
int device_zero(const char *dev, struct vt_err **err)
{
	VT_AUTO_FREE char *bytes =
		step_output(err, "blockdev", "--getsize64", dev, NULL);
	if (!bytes)
		return -1;
	if (step(NULL, "fallocate", "--punch-hole", "--length", bytes, dev,
		    NULL) == 0)
		return 0;
	return step(err, "blkdiscard", "--force", "--zeroout", dev, NULL);
}

int entry_wipe(
	const struct plan *plan, const struct vt_dev *d, struct vt_err **err)
{
	const char *wipe = vt_dev_text(d, "wipe"), *dev = plan_dev(plan, d);
	if (!wipe)
		return 0;
	if (!strcmp(wipe, "zero"))
		return device_zero(dev, err);
	if (!strcmp(wipe, "random"))
		return step(err, "shred", "-n", "1", dev, NULL);
	if (!strcmp(wipe, "pvremove"))
		return step(err, "wipefs", "--all", "--quiet",
			"--types=LVM2_member", dev, NULL);
	return step(err, "wipefs", "--all", "--quiet", dev, NULL);
}

/* An array or bcache device can have partitions, as a disk can. With `preserve`
 * and `wipe` it is kept, and what is on it is not. */
static int make_table(
	const struct plan *plan, const struct vt_dev *d, struct vt_err **err)
{
	if (!vt_dev_is(d, VT_RAID) && !vt_dev_is(d, VT_BCACHE))
		return 0;
	if (vt_dev_num(d, "preserve") && vt_dev_text(d, "wipe") &&
		clear_device(plan_dev(plan, d), err) < 0)
		return -1;
	return partition_table(plan, d, err);
}

int entries_make(struct plan *plan, struct vt_err **err)
{
	for (size_t i = 0; i < plan->graph.n; i++) {
		const struct vt_dev *d = &plan->graph.v[i];
		const struct entry_type *type = type_of(d);
		if (type && (type->make(plan, d, err) < 0 ||
				    make_table(plan, d, err) < 0))
			return vt_err_wrap(
				err, "making %s '%s'", d->type->word, d->id);
	}
	/* GRUB needs the links in /dev/disk/by-uuid */
	return step(err, "udevadm", "settle", "--timeout=60", NULL);
}

int entries_release(struct plan *plan, struct vt_err **err)
{
	for (size_t i = plan->graph.n; i-- > 0;) {
		const struct vt_dev *d = &plan->graph.v[i];
		const struct entry_type *type = type_of(d);
		const char *dev = plan_dev(plan, d);
		if (type && type->release && dev &&
			type->release(plan, d, err) < 0)
			return vt_err_wrap(
				err, "stopping %s '%s'", d->type->word, d->id);
	}
	return 0;
}
