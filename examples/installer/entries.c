#include "entries.h"

#include <string.h>

#include "base/mem.h"
#include "layers.h"
#include "step.h"

/* The keys of each type; ones without effect here are known too. */
static const char *const disk_keys[] = {"id", "type", "serial", "wwn", "path",
	"ptable", "wipe", "grub_device", "name", "model", "preserve", NULL};
static const char *const partition_keys[] = {"id", "type", "device", "number",
	"offset", "size", "flag", "wipe", "uuid", "name", "grub_device",
	"preserve", NULL};
static const char *const raid_keys[] = {"id", "type", "name", "raidlevel",
	"devices", "spare_devices", "metadata", "wipe", "preserve", NULL};
static const char *const volgroup_keys[] = {
	"id", "type", "name", "devices", "uuid", "preserve", NULL};
static const char *const volume_keys[] = {
	"id", "type", "name", "volgroup", "size", "wipe", "preserve", NULL};
static const char *const format_keys[] = {"id", "type", "volume", "fstype",
	"label", "uuid", "extra_options", "name", "preserve", NULL};
static const char *const mount_keys[] = {"id", "type", "device", "path",
	"options", "spec", "fstype", "freq", "passno", NULL};

static const struct entry_type {
	const char *name;
	enum kind kind;
	const char *const *keys;
	void (*read)(struct reader *r);
	int (*make)(struct plan *plan, struct entry *e, struct vt_err **err);
	int (*release)(struct entry *e, struct vt_err **err);
} types[] = {
	{"disk", DISK, disk_keys, disk_read, disk_make, NULL},
	{"partition", PARTITION, partition_keys, partition_read, partition_make,
		NULL},
	{"raid", RAID, raid_keys, raid_read, raid_make, raid_release},
	{"lvm_volgroup", VOLGROUP, volgroup_keys, volgroup_read, volgroup_make,
		volgroup_release},
	{"lvm_partition", VOLUME, volume_keys, volume_read, volume_make, NULL},
	{"format", FORMAT, format_keys, format_read, format_make, NULL},
	{"mount", MOUNT, mount_keys, mount_read, NULL, NULL},
};

enum kind entry_kind(const struct entry *e)
{
	return e->type->kind;
}

static const struct entry_type *find_type(struct reader *r, const char *name)
{
	VT_AUTO_STR struct vt_str all = VT_STR_INIT;
	for (size_t i = 0; i < VT_COUNT(types); i++) {
		if (!strcmp(types[i].name, name))
			return &types[i];
		vt_str_addf(&all, "%s%s", i ? ", " : "", types[i].name);
	}
	VT_AUTO_FREE char *text =
		vt_printf("type '%%s' is not one vt-install makes: %s", all.s);
	reader_fail(r, "type", text, name);
	return NULL;
}

static void check_id(struct reader *r)
{
	for (size_t i = 0; i < r->plan->n && !r->failed; i++)
		if (!strcmp(r->plan->v[i].id, r->e->id))
			reader_fail(r, NULL, "its id is taken", NULL);
}

int entry_read(const struct vt_node *node, struct plan *p, struct vt_err **err)
{
	struct entry *e = &p->v[p->n];
	struct reader r = {.e = e, .plan = p, .err = err};
	*e = (struct entry){.node = node};
	if (vt_node_expect(node, VT_MAP, err) < 0)
		return -1;
	e->id = reader_text(&r, "id", true);
	const char *name = reader_text(&r, "type", true);
	if (r.failed)
		return -1;
	check_id(&r);
	e->type = r.failed ? NULL : find_type(&r, name);
	if (!e->type)
		return -1;
	if (vt_node_keys_known(node, e->type->keys, err) < 0)
		return vt_err_wrap(err, "storage entry '%s'", e->id);
	if (reader_bool(&r, "preserve"))
		reader_fail(&r, "preserve",
			"preserve is not supported: vt-install makes all of a "
			"disk anew",
			NULL);
	e->wipe = reader_wipe(&r);
	e->type->read(&r);
	p->n++;
	return r.failed ? -1 : 0;
}

/* With a hole, which costs a disk of QEMU's neither time nor room; not all
 * drivers can do that. */
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

int entry_wipe(const struct entry *e, struct vt_err **err)
{
	switch (e->wipe) {
	case WIPE_NONE:
		return 0;
	case WIPE_SUPERBLOCK:
		return step(err, "wipefs", "--all", "--quiet", e->dev, NULL);
	case WIPE_ZERO:
		return device_zero(e->dev, err);
	case WIPE_RANDOM:
		return step(err, "shred", "-n", "1", e->dev, NULL);
	}
	return 0;
}

int entries_make(struct plan *plan, struct vt_err **err)
{
	for (size_t i = 0; i < plan->n; i++) {
		struct entry *e = &plan->v[i];
		if (e->type->make && e->type->make(plan, e, err) < 0)
			return vt_err_wrap(
				err, "making %s '%s'", e->type->name, e->id);
	}
	/* /dev/disk/by-uuid must be there before GRUB asks for it */
	return step(err, "udevadm", "settle", "--timeout=60", NULL);
}

int entries_release(struct plan *plan, struct vt_err **err)
{
	for (size_t i = plan->n; i-- > 0;) {
		struct entry *e = &plan->v[i];
		if (e->type->release && e->dev && e->type->release(e, err) < 0)
			return vt_err_wrap(
				err, "stopping %s '%s'", e->type->name, e->id);
	}
	return 0;
}
