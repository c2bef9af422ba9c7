#include "resize.h"

#include <inttypes.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "holders.h"
#include "partition.h"
#include "step.h"
#include "storage/fstypes.h"

static int resize_ext(const char *dev, uint64_t bytes, struct vt_err **err)
{
	VT_AUTO_FREE char *size = vt_printf("%" PRIu64 "k", bytes / 1024);
	if (step(err, "e2fsck", "-p", "-f", dev, NULL) < 0)
		return -1;
	return step(err, "resize2fs", dev, size, NULL);
}

static int resize_ntfs(const char *dev, uint64_t bytes, struct vt_err **err)
{
	VT_AUTO_FREE char *size = vt_printf("%" PRIu64, bytes);
	const char *argv[] = {"ntfsresize", "--no-progress-bar", "--force",
		"--size", size, dev, NULL};
	return step_argv((char *const *)argv, "y\n", NULL, err);
}

/* Source: curtin's block_meta_v2.py. */
static const struct resizer {
	const char *fstype;
	int (*resize)(const char *dev, uint64_t bytes, struct vt_err **err);
} resizers[] = {
	{"ext2", resize_ext},
	{"ext3", resize_ext},
	{"ext4", resize_ext},
	{"ntfs", resize_ntfs},
};

static const struct resizer *find(const char *fstype)
{
	for (size_t i = 0; i < VT_COUNT(resizers); i++)
		if (!strcmp(resizers[i].fstype, fstype))
			return &resizers[i];
	return NULL;
}

static const struct vt_dev *format_on(const struct vt_dev *p)
{
	for (size_t i = 0; i < p->n_users; i++)
		if (vt_dev_is(p->users[i]->user, VT_FORMAT))
			return p->users[i]->user;
	return NULL;
}

/* What the partition contains; NULL: nothing that has to be resized. */
static char *content_of(const struct vt_dev *p, const char *dev)
{
	const struct vt_dev *format = format_on(p);
	VT_AUTO_FREE char *type = step_output(
		NULL, "blkid", "-p", "-o", "value", "-s", "TYPE", dev, NULL);
	if (!type || !*type || (format && !vt_dev_num(format, "preserve")))
		return NULL;
	return vt_strdup(type);
}

static const struct table_part *resized(const struct plan *plan,
	const struct vt_dev *p, const struct table *old, unsigned sector)
{
	if (!partition_rewrites(plan, below(p)) || !vt_dev_num(p, "preserve") ||
		!vt_dev_num(p, "resize"))
		return NULL;
	const struct table_part *was =
		vt_node_get(p->at, "offset")
			? table_start(old, vt_dev_num(p, "offset") / sector)
			: table_number(old, vt_dev_num(p, "number"));
	return was && was->size != vt_dev_num(p, "size") / sector ? was : NULL;
}

static int check_one(
	const struct vt_dev *p, const char *dev, struct vt_err **err)
{
	const struct vt_dev *format = format_on(p);
	const char *fstype = format ? vt_dev_text(format, "fstype") : NULL;
	VT_AUTO_FREE char *type = content_of(p, dev);
	if (!type)
		return 0;
	if (fstype && strcmp(vt_fstype_mount_type(fstype), type) != 0)
		return vt_dev_err(format, vt_dev_node(format, "fstype"), err,
			"%s has a file system of type %s, not %s", dev, type,
			fstype);
	return find(type) ? 0
			  : vt_dev_err(p, vt_dev_node(p, "resize"), err,
				    "%s contains a '%s', which cannot be "
				    "resized: only ext2, ext3, ext4 and ntfs "
				    "can",
				    dev, type);
}

int resize_check(const struct plan *plan, const struct vt_dev *on,
	const struct table *old, unsigned sector, struct vt_err **err)
{
	const struct vt_dev *p;
	for (size_t at = 0; (p = partition_next(on, &at));) {
		const struct table_part *was = resized(plan, p, old, sector);
		VT_AUTO_FREE char *dev =
			was ? table_part_dev(plan_dev(plan, on), was->number)
			    : NULL;
		if (dev && check_one(p, dev, err) < 0)
			return -1;
	}
	return 0;
}

static int resize(const struct vt_dev *p, const char *dev, struct vt_err **err)
{
	VT_AUTO_FREE char *type = content_of(p, dev);
	const struct resizer *r = type ? find(type) : NULL;
	if (!r)
		return 0;
	say("partition '%s': resizing its %s", p->id, type);
	VT_AUTO_FREE char *name = device_name(dev);
	if (!name || holders_stop(name, err) < 0)
		return -1;
	return r->resize(dev, vt_dev_num(p, "size"), err);
}

int resize_before(const struct plan *plan, const struct vt_dev *on,
	const struct table *old, unsigned sector, struct vt_err **err)
{
	const struct vt_dev *p;
	for (size_t at = 0; (p = partition_next(on, &at));) {
		const struct table_part *was = resized(plan, p, old, sector);
		if (!was || was->size < vt_dev_num(p, "size") / sector)
			continue;
		VT_AUTO_FREE char *dev =
			table_part_dev(plan_dev(plan, on), was->number);
		if (resize(p, dev, err) < 0)
			return -1;
	}
	return 0;
}

int resize_after(const struct plan *plan, const struct vt_dev *on,
	const struct table *old, unsigned sector, struct vt_err **err)
{
	const struct vt_dev *p;
	for (size_t at = 0; (p = partition_next(on, &at));) {
		const struct table_part *was = resized(plan, p, old, sector);
		if (!was || was->size > vt_dev_num(p, "size") / sector)
			continue;
		VT_AUTO_FREE char *dev = table_part_dev(
			plan_dev(plan, on), vt_dev_num(p, "number"));
		if (resize(p, dev, err) < 0)
			return -1;
	}
	return 0;
}
