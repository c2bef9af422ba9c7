#include "storage/entry_checks.h"

#include <string.h>

#include "base/near.h"
#include "base/str.h"
#include "storage/fstypes.h"
#include "storage/part_types.h"
#include "storage/types.h"

/* An error at the value of a key. */
#define refuse(d, key, err, ...)                                               \
	vt_dev_err(d, vt_dev_node(d, key), err, __VA_ARGS__)

/* __ROOTFS__: curtin's vmtest replaces it. */
static bool is_placeholder(const char *s)
{
	return strlen(s) > 4 && vt_str_starts(s, "__") && vt_str_ends(s, "__");
}

/* An existing file system may be of any type. zfsroot: curtin makes a pool and
 * its datasets. */
int vt_entry_check_fstype(
	const struct vt_dev *d, const struct vt_field *f, struct vt_err **err)
{
	struct vt_near near = vt_near_start(f->text);
	const struct vt_fstype *t;
	if (vt_fstype(f->text) || !strcmp(f->text, "zfsroot") ||
		is_placeholder(f->text) || vt_dev_num(d, "preserve"))
		return 0;
	for (size_t i = 0; (t = vt_fstype_at(i)); i++)
		vt_near_try(&near, t->word);
	return vt_dev_err(d, f->node, err,
		"'%s' is not a file system that curtin makes%s", f->text,
		vt_near_hint(&near, ""));
}

int vt_entry_check_passno(
	const struct vt_dev *d, const struct vt_field *f, struct vt_err **err)
{
	const char *s = f->text + (*f->text == '-' || *f->text == '+');
	if (*s && s[strspn(s, "0123456789")] == '\0')
		return 0;
	return vt_dev_err(d, f->node, err, "%s '%s' is not a number",
		f->key->word, f->text);
}

/* Source: the schema that curtin checks a config by. */
int vt_entry_check_grub_device(
	const struct vt_dev *d, const struct vt_field *f, struct vt_err **err)
{
	enum vt_scalar_type type = vt_node_type(f->node);
	long n;
	if (type == VT_TYPE_BOOL ||
		(type == VT_TYPE_INT &&
			vt_node_int(f->node, 0, 1, &n, NULL) == 0))
		return 0;
	return vt_dev_err(d, f->node, err, "%s '%s' is not true, false, 1 or 0",
		f->key->word, f->text);
}

static bool has_dasd(const struct vt_graph *g)
{
	bool has = false;
	for (size_t i = 0; i < g->n; i++)
		has |= vt_dev_is(&g->v[i], VT_DASD);
	return has;
}

int vt_entry_check_disk(
	const struct vt_graph *g, const struct vt_dev *d, struct vt_err **err)
{
	static const char *const keys[] = {
		"serial", "wwn", "path", "device_id", NULL};
	if (vt_dev_num(d, "preserve") && vt_dev_text(d, "wipe"))
		return refuse(d, "wipe", err,
			"'wipe' and 'preserve' exclude each other");
	if (vt_str_eq(vt_dev_text(d, "ptable"), "vtoc") &&
		!vt_dev_text(d, "device_id") && !has_dasd(g))
		return refuse(d, "ptable", err,
			"only a DASD of s390x has a 'vtoc': use gpt or msdos");
	for (const char *const *key = keys; *key; key++)
		if (vt_dev_text(d, *key))
			return 0;
	return vt_dev_err(d, vt_node_get(d->at, "match"), err,
		"it has no serial, wwn or path to find it by%s",
		vt_node_get(d->at, "match")
			? " ('match' is a key of Ubuntu's installer, which "
			  "curtin does not read)"
			: "");
}

int vt_entry_check_partition(
	const struct vt_graph *g, const struct vt_dev *d, struct vt_err **err)
{
	(void)g;
	if (!vt_dev_num(d, "size"))
		return vt_dev_err(d, NULL, err, "it has no size");
	if (vt_dev_num(d, "size") < 512)
		return refuse(d, "size", err,
			"its size %d is less than a sector: add a unit, such "
			"as M",
			(int)vt_dev_num(d, "size"));
	return 0;
}

static bool is_esp(const struct vt_dev *partition, long version)
{
	const char *type = vt_dev_text(partition, "partition_type");
	if (version == 2 && type)
		return vt_part_type_same(type, vt_part_flag("boot")->guid);
	return vt_str_eq(vt_dev_text(partition, "flag"), "boot");
}

/* The partition that a mounted FAT lies on, if it is an EFI system partition.
 */
static const struct vt_dev *mounted_esp(
	const struct vt_dev *mount, long version)
{
	const struct vt_dev *format = vt_dev_ref(mount, "device");
	const struct vt_dev *on = format ? vt_dev_ref(format, "volume") : NULL;
	const struct vt_dev *table =
		vt_dev_is(on, VT_PARTITION) ? vt_dev_ref(on, "device") : NULL;
	if (!table || !vt_str_eq(vt_dev_text(table, "ptable"), "gpt") ||
		!is_esp(on, version) ||
		strcmp(vt_fstype_mount_type(vt_dev_text(format, "fstype")),
			"vfat") != 0)
		return NULL;
	return on;
}

/* Whether GRUB has another place: an ESP where curtin looks for it, or a table
 * that a BIOS can boot from, unless it goes to the ESP's own blocks. */
static bool boots_otherwise(const struct vt_graph *g, const struct vt_dev *esp)
{
	bool has = false, bios = !vt_dev_num(esp, "grub_device");
	for (size_t i = 0; i < g->n; i++) {
		const struct vt_dev *d = &g->v[i];
		const char *flag = vt_dev_text(d, "flag");
		if (vt_dev_is(d, VT_MOUNT))
			has |= vt_str_eq(vt_dev_text(d, "path"), "/boot/efi");
		else if (vt_dev_is(d, VT_PARTITION))
			has |= bios && (vt_str_eq(flag, "bios_grub") ||
					       vt_str_eq(flag, "prep"));
		else
			has |= bios &&
			       vt_str_eq(vt_dev_text(d, "ptable"), "msdos");
	}
	return has;
}

/* curtin installs GRUB to the ESP at /boot/efi, or, if the machine has a BIOS,
 * to what has grub_device. */
static int check_esp(
	const struct vt_graph *g, const struct vt_dev *d, struct vt_err **err)
{
	const struct vt_dev *esp = mounted_esp(d, g->version);
	const char *path = vt_dev_text(d, "path");
	if (!esp || vt_str_eq(path, "/boot/efi") || boots_otherwise(g, esp))
		return 0;
	return refuse(d, "path", err,
		"curtin installs GRUB only to an EFI system partition that is "
		"mounted on /boot/efi, not on '%s'",
		path);
}

/* A tmpfs or a bind mount has no device, but a spec and an fstype; only swap
 * has no path. */
int vt_entry_check_mount(
	const struct vt_graph *g, const struct vt_dev *d, struct vt_err **err)
{
	const struct vt_dev *format = vt_dev_ref(d, "device");
	const char *fstype = vt_dev_text(d, "fstype");
	if (!fstype && format)
		fstype = vt_dev_text(format, "fstype");
	if (!format && !vt_dev_text(d, "spec"))
		return vt_dev_err(
			d, NULL, err, "it has neither 'device' nor 'spec'");
	if (!fstype)
		return vt_dev_err(d, NULL, err,
			format ? "'%s', which it mounts, has an empty 'fstype'"
			       : "a mount without 'device' needs an 'fstype'",
			format ? format->id : "");
	if (!vt_dev_text(d, "path") && !vt_str_eq(fstype, "swap"))
		return vt_dev_err(d, NULL, err,
			"it has no 'path' (only swap needs none)");
	return check_esp(g, d, err);
}

static size_t count_refs(const struct vt_dev *d, const char *role)
{
	size_t n = 0;
	for (size_t i = 0; i < d->n_refs; i++)
		n += !strcmp(d->refs[i].key->word, role);
	return n;
}

/* Source: curtin's raid_handler() and md_minimum_devices(). */
int vt_entry_check_raid(
	const struct vt_graph *g, const struct vt_dev *d, struct vt_err **err)
{
	static const char *const no_spares[] = {
		"linear", "raid0", "0", "stripe", "container", NULL};
	static const char *const of_four[] = {
		"raid6", "6", "raid10", "10", NULL};
	static const char *const of_three[] = {"raid5", "5", NULL};
	const char *level = vt_dev_text(d, "raidlevel");
	size_t devices = count_refs(d, "devices");
	size_t least = vt_str_in(of_four, level)    ? 4
		       : vt_str_in(of_three, level) ? 3
						    : 2;
	(void)g;
	if (count_refs(d, "spare_devices") && vt_str_in(no_spares, level))
		return refuse(d, "spare_devices", err,
			"raidlevel %s has no spare devices: remove them",
			level);
	if (vt_dev_ref(d, "container"))
		return 0;
	if (!devices)
		return vt_dev_err(d, NULL, err,
			"it has neither 'devices' nor 'container'");
	if (devices < least && !vt_dev_num(d, "preserve"))
		return refuse(d, "devices", err,
			"it needs at least %zu devices for raidlevel %s, not "
			"%zu",
			least, level, devices);
	return 0;
}

int vt_entry_check_lvm_partition(
	const struct vt_graph *g, const struct vt_dev *d, struct vt_err **err)
{
	const struct vt_node *ptable = vt_node_get(d->at, "ptable");
	(void)g;
	if (vt_node_is_null(ptable) || vt_str_eq(vt_node_text(ptable), ""))
		return 0;
	return refuse(d, "ptable", err,
		"a logical volume cannot have a partition table");
}

int vt_entry_check_dm_crypt(
	const struct vt_graph *g, const struct vt_dev *d, struct vt_err **err)
{
	bool key = vt_dev_field(d, "key"), file = vt_dev_field(d, "keyfile");
	(void)g;
	if (key && file)
		return refuse(d, "keyfile", err,
			"'key' and 'keyfile' exclude each other");
	if (!key && !file)
		return vt_dev_err(
			d, NULL, err, "it needs a 'key' or a 'keyfile'");
	return 0;
}
