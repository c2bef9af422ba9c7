#include "limits.h"

#include <ctype.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "iscsi_disks.h"
#include "layers.h"
#include "partition.h"
#include "step.h"

/* The accepted keys of each type, including those without effect here. */
static const char *const disk_keys[] = {"id", "type", "serial", "wwn", "path",
	"ptable", "wipe", "grub_device", "name", "model", "multipath",
	"nvme_controller", "preserve", NULL};
static const char *const partition_keys[] = {"id", "type", "device", "number",
	"offset", "size", "flag", "wipe", "uuid", "name", "grub_device",
	"partition_type", "partition_name", "attrs", "multipath", "path",
	"preserve", "resize", NULL};
static const char *const raid_keys[] = {"id", "type", "name", "raidlevel",
	"mdname", "devices", "spare_devices", "container", "metadata", "ptable",
	"wipe", "preserve", NULL};
static const char *const volgroup_keys[] = {
	"id", "type", "name", "devices", "uuid", "preserve", NULL};
static const char *const volume_keys[] = {
	"id", "type", "name", "volgroup", "size", "wipe", "preserve", NULL};
static const char *const bcache_keys[] = {"id", "type", "name",
	"backing_device", "cache_device", "cache_mode", "ptable", "wipe",
	"preserve", NULL};
static const char *const crypt_keys[] = {"id", "type", "volume", "dm_name",
	"key", "keyfile", "recovery_keyfile", "cipher", "keysize", "options",
	"wipe", "preserve", NULL};
static const char *const format_keys[] = {"id", "type", "volume", "fstype",
	"label", "uuid", "extra_options", "name", "preserve", NULL};
static const char *const controller_keys[] = {
	"id", "type", "transport", "tcp_addr", "tcp_port", "preserve", NULL};
static const char *const mount_keys[] = {"id", "type", "device", "path",
	"options", "spec", "fstype", "freq", "passno", NULL};

/* An error at the value of a key. */
#define refuse(d, key, err, ...)                                               \
	vt_dev_err(d, vt_dev_node(d, key), err, __VA_ARGS__)

static int check_disk(const struct vt_dev *d, struct vt_err **err)
{
	static const char *const known[] = {"gpt", "msdos", "dos", NULL};
	const char *ptable = vt_dev_text(d, "ptable");
	bool kept =
		vt_str_eq(ptable, "unsupported") && vt_dev_num(d, "preserve");
	if (ptable && !kept && !vt_str_in(known, ptable))
		return refuse(d, "ptable", err,
			"ptable '%s' is not gpt or msdos", ptable);
	return d->on_iscsi ? iscsi_check(d, err) : 0;
}

/* A mount point must be absolute, normalized, and one field of fstab. */
static bool is_mount_point(const char *s)
{
	if (s[0] != '/' || strpbrk(s, " \t\n\\"))
		return false;
	for (const char *at = s; (at = strchr(at, '/')) && at[1]; at++)
		if (at[1] == '/' || !strcmp(at, "/.") || !strcmp(at, "/..") ||
			vt_str_starts(at, "/./") || vt_str_starts(at, "/../"))
			return false;
	return !s[1] || s[strlen(s) - 1] != '/';
}

static int check_mount(const struct vt_dev *d, struct vt_err **err)
{
	static const char *const words[] = {
		"path", "options", "spec", "fstype", NULL};
	static const char *const digits[] = {"freq", "passno", NULL};
	const char *path = mount_path(d);
	if (strcmp(path, "none") != 0 && !is_mount_point(path))
		return refuse(d, "path", err,
			"path must be absolute, without '.', '..', spaces and "
			"a '/' at its end");
	for (const char *const *key = words; *key; key++) {
		const char *s = vt_dev_text(d, *key);
		if (s && strpbrk(s, " \t\n\\"))
			return refuse(d, *key, err,
				"'%s' must be one field of fstab", s);
	}
	for (const char *const *key = digits; *key; key++) {
		const char *s = vt_dev_text(d, *key);
		if (s && (!isdigit((unsigned char)*s) || s[1]))
			return refuse(
				d, *key, err, "%s must be one digit", *key);
	}
	return 0;
}

/* A controller on PCIe is there; others would have to be connected. */
static int check_controller(const struct vt_dev *d, struct vt_err **err)
{
	if (vt_str_eq(vt_dev_text(d, "transport"), "pcie"))
		return 0;
	return refuse(d, "transport", err,
		"transport '%s' is not supported by vt-install: only pcie is",
		vt_dev_text(d, "transport"));
}

static const struct {
	enum vt_type_id id;
	const char *const *keys;
	int (*check)(const struct vt_dev *d, struct vt_err **err);
} types[] = {
	{VT_DISK, disk_keys, check_disk},
	{VT_PARTITION, partition_keys, partition_check},
	{VT_RAID, raid_keys, raid_check},
	{VT_LVM_VOLGROUP, volgroup_keys, volgroup_check},
	{VT_LVM_PARTITION, volume_keys, volume_check},
	{VT_BCACHE, bcache_keys, NULL},
	{VT_DM_CRYPT, crypt_keys, crypt_check},
	{VT_FORMAT, format_keys, format_check},
	{VT_MOUNT, mount_keys, check_mount},
	{VT_NVME_CONTROLLER, controller_keys, check_controller},
};

static int check_wipe(const struct vt_dev *d, struct vt_err **err)
{
	static const char *const modes[] = {"superblock",
		"superblock-recursive", "pvremove", "zero", "random", NULL};
	const char *wipe = vt_dev_text(d, "wipe");
	if (wipe && !vt_str_in(modes, wipe))
		return refuse(d, "wipe", err,
			"wipe '%s' is not superblock, superblock-recursive, "
			"pvremove, zero or random",
			wipe);
	return 0;
}

/* Whether more than one entry may use it. */
static bool is_shared(const struct vt_edge *e)
{
	return vt_dev_is(e->used, VT_LVM_VOLGROUP) ||
	       vt_dev_is(e->used, VT_NVME_CONTROLLER) ||
	       (bcache_is_cache(e) && bcache_is_cache(e->used->users[0])) ||
	       vt_dev_is(e->used, VT_FORMAT) ||
	       vt_dev_is(e->user, VT_PARTITION);
}

static int check_ref(const struct vt_edge *e, struct vt_err **err)
{
	const struct vt_dev *d = e->user, *used = e->used;
	size_t at = 0;
	if (is_shared(e))
		return 0;
	if (partition_next(used, &at))
		return vt_dev_err(d, e->node, err,
			"%s '%s' has partitions: use one of them",
			used->type->word, used->id);
	if (vt_str_eq(vt_dev_text(used, "flag"), "extended"))
		return vt_dev_err(d, e->node, err,
			"partition '%s' is extended: use a logical one",
			used->id);
	if (used->users[0] != e)
		return vt_dev_err(d, e->node, err, "'%s' is already using '%s'",
			used->users[0]->user->id, used->id);
	return 0;
}

static int check_entry(const struct vt_dev *d, struct vt_err **err)
{
	size_t t = 0;
	while (t < VT_COUNT(types) && types[t].id != d->type->id)
		t++;
	if (t == VT_COUNT(types))
		return refuse(d, "type", err,
			"type '%s' is not supported by vt-install (use disk, "
			"partition, raid, lvm_volgroup, lvm_partition, "
			"bcache, dm_crypt, format, mount)",
			d->type->word);
	if (vt_node_keys_known(d->at, types[t].keys, err) < 0)
		return vt_err_wrap(err, "storage entry '%s'", d->id);
	for (size_t i = 0; i < d->n_refs; i++)
		if (check_ref(&d->refs[i], err) < 0)
			return -1;
	if (check_wipe(d, err) < 0 ||
		(types[t].check && types[t].check(d, err) < 0))
		return -1;
	return layer_check_kept(d, err);
}

int limits_check(const struct vt_graph *g, struct vt_err **err)
{
	for (size_t i = 0; i < g->n; i++)
		if (check_entry(&g->v[i], err) < 0)
			return -1;
	return 0;
}
