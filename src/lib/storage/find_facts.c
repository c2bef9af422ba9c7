/* Devices of the booted system, in lsblk.json. */
#include "storage/finders.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "data/json.h"
#include "storage/disks.h"
#include "storage/part_types.h"

const char *vt_lsblk_text(const json_t *node, const char *column)
{
	const char *s = vt_json_str(node, column);
	return s && *s ? s : NULL;
}

const json_t *vt_lsblk_find(
	const json_t *list, const char *type, const char *name)
{
	const json_t *node, *below;
	size_t i;
	json_array_foreach (list, i, node) {
		if (vt_str_eq(vt_lsblk_text(node, "type"), type) &&
			vt_str_eq(vt_lsblk_text(node, "name"), name))
			return node;
		below = vt_lsblk_find(
			json_object_get(node, "children"), type, name);
		if (below)
			return below;
	}
	return NULL;
}

const char *vt_lsblk_kname(const json_t *node)
{
	const char *name = vt_lsblk_text(node, "kname");
	return name ? name : vt_lsblk_text(node, "name");
}

/* The number of a child that is a partition: vda2, nvme0n1p2, mpatha-part2;
 * 0 for anything else. */
static unsigned part_number(const json_t *disk, const json_t *child)
{
	const char *name = vt_lsblk_text(child, "name");
	const char *base = vt_lsblk_text(disk, "name");
	if (!name || !base || !vt_str_starts(name, base))
		return 0;
	name += strlen(base);
	if (vt_str_starts(name, "-part"))
		name += strlen("-part");
	else if (*name == 'p')
		name++;
	unsigned long n = isdigit((unsigned char)*name)
				  ? strtoul(name, (char **)&name, 10)
				  : 0;
	return *name || n > 256 ? 0 : (unsigned)n;
}

static const json_t *part_node(const json_t *disk, unsigned number)
{
	const json_t *child;
	size_t i;
	json_array_foreach (json_object_get(disk, "children"), i, child)
		if (part_number(disk, child) == number)
			return child;
	return NULL;
}

static const char *ptable_of(const json_t *node)
{
	const char *kind = vt_lsblk_text(node, "pttype");
	return vt_str_eq(kind, "dos") ? "msdos" : kind;
}

static char *numbers(const json_t *disk)
{
	struct vt_str list = VT_STR_INIT;
	for (unsigned n = 1; n <= 256; n++)
		if (part_node(disk, n))
			vt_str_addf(&list, "%s%u", list.len ? ", " : "", n);
	return list.len ? vt_str_take(&list) : vt_strdup("none");
}

void vt_found_add_table_facts(struct vt_found *f)
{
	/* older versions do not have the column */
	if (!ptable_of(f->node))
		return;
	struct vt_found_field *field = vt_found_add(f, "ptable");
	field->value = vt_strdup(ptable_of(f->node));
	field->text = vt_strdup(field->value);
	field = vt_found_add(f, "partitions");
	field->value = numbers(f->node);
	field->text = vt_strdup(field->value);
}

static void find_disk(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	if (vt_find_made(look, d, VT_SIDE_FACTS, f))
		return;
	const json_t *node = vt_find_identity(look, d, f);
	if (!node)
		return;
	vt_found_add_multipath(look, d, node, f);
	/* of a disk with several paths, the map has the partitions */
	f->node = vt_lsblk_map(node) ? vt_lsblk_map(node) : node;
	vt_found_add_table_facts(f);
}

/* As libfdisk has it: 0x05 for lsblk's 0x5, GUIDs in upper case. */
static char *type_of(const json_t *node)
{
	char *type = vt_strdup(vt_lsblk_text(node, "parttype"));
	for (char *p = type; p && *p; p++)
		*p = (char)toupper((unsigned char)*p);
	if (type && vt_str_starts(type, "0X")) {
		unsigned long code = strtoul(type, NULL, 16);
		free(type);
		type = vt_printf("0x%02lx", code);
	}
	return type;
}

/* The type and flag of the partition table. */
static void add_flag(struct vt_found *f, const struct vt_dev *d)
{
	VT_AUTO_FREE char *type = type_of(f->node);
	const char *flags = vt_lsblk_text(f->node, "partflags");
	const char *ptable = ptable_of(f->node);
	const char *flag = vt_dev_text(d, "flag");
	if (!type || !ptable)
		return;
	struct vt_part_entry p = {ptable, type,
		(unsigned)vt_dev_num(d, "number"), vt_str_eq(flags, "0x80")};
	struct vt_found_field *field = vt_found_add(f, "flag");
	field->more = vt_strdup(ptable);
	field->text = vt_printf(
		"%s%s", vt_part_type_name(type), p.active ? ", active" : "");
	field->same = flag && vt_part_flag_holds(flag, &p);
	if (flag && !vt_part_flag_means(flag, ptable))
		field->why =
			vt_printf("flag '%s' means nothing in a table of '%s'",
				flag, ptable);
	field = vt_found_add(f, "partition_type");
	field->value = vt_strdup(type);
	field->text = vt_strdup(type);
}

/* Other statements of the partition table; older versions of lsblk have no
 * start, which is in sectors of 512 bytes. */
static void add_entry(struct vt_found *f, const struct vt_dev *d)
{
	const char *name = vt_lsblk_text(f->node, "partlabel");
	const char *uuid = vt_lsblk_text(f->node, "partuuid");
	const char *flags = vt_lsblk_text(f->node, "partflags");
	const json_t *start = json_object_get(f->node, "start");
	struct vt_found_field *field;
	if (name) {
		field = vt_found_add(f, "partition_name");
		field->value = vt_strdup(name);
		field->text = vt_printf("'%s'", name);
	}
	if (uuid) {
		field = vt_found_add(f, "uuid");
		field->value = vt_strdup(uuid);
		field->text = vt_strdup(uuid);
		/* a partition without flags has none in lsblk.json */
		field = vt_found_add(f, "attributes");
		field->value = vt_part_attrs_text(
			flags ? strtoull(flags, NULL, 16) : 0);
		field->text = vt_strdup(field->value);
	}
	if (json_is_integer(start)) {
		field = vt_found_add(f, "offset");
		field->n = (uint64_t)json_integer_value(start) * 512;
		field->unit = vt_dev_sector_bytes(d);
	}
}

/* Not its size: cloud-init enlarges the root when the system boots. */
static void find_partition(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	const struct vt_dev *device = vt_dev_ref(d, "device");
	const struct vt_found *on =
		vt_found_below(look, d, "device", VT_SIDE_FACTS, f);
	unsigned number = (unsigned)vt_dev_num(d, "number");
	if (!on)
		return;
	f->node = part_node(on->node, number);
	if (!f->node) {
		vt_found_missing(f,
			"%s '%s' of the booted system has no partition %u",
			device->type->word, device->id, number);
		return;
	}
	struct vt_found_field *field = vt_found_add(f, "number");
	field->n = number;
	field->text = vt_printf("/dev/%s", vt_lsblk_kname(f->node));
	add_flag(f, d);
	add_entry(f, d);
	vt_found_add_boot_facts(look, d, f);
}

static void find_format(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	const struct vt_found *on =
		vt_found_below(look, d, "volume", VT_SIDE_FACTS, f);
	if (!on)
		return;
	const char *type = vt_lsblk_text(on->node, "fstype");
	const char *version = vt_lsblk_text(on->node, "fsver");
	const char *label = vt_lsblk_text(on->node, "label");
	const char *uuid = vt_lsblk_text(on->node, "uuid");
	f->node = on->node;
	if (!type) {
		vt_found_untold(
			f, "lsblk.json has no file system for '%s'", d->id);
		return;
	}
	struct vt_found_field *field = vt_found_add(f, "label");
	field->value = vt_strdup(label ? label : "");
	field->text = vt_printf("'%s'", field->value);
	if (uuid) {
		field = vt_found_add(f, "uuid");
		field->value = vt_strdup(uuid);
		field->text = vt_strdup(uuid);
	}
	/* older versions have only the type */
	if (!strcmp(type, "vfat") && !version)
		return;
	field = vt_found_add(f, "fstype");
	field->value = vt_strdup(type);
	field->more = vt_strdup(version);
	field->text = vt_printf(
		"%s%s%s", type, version ? " " : "", version ? version : "");
}

vt_finder *vt_find_in_facts(unsigned type)
{
	static const struct {
		enum vt_type_id id;
		vt_finder *find;
	} finders[] = {
		{VT_DISK, find_disk},
		{VT_PARTITION, find_partition},
		{VT_FORMAT, find_format},
		{VT_MOUNT, vt_find_mount},
		{VT_RAID, vt_find_raid_facts},
		{VT_LVM_VOLGROUP, vt_find_volgroup_facts},
		{VT_LVM_PARTITION, vt_find_lvm_partition_facts},
		{VT_BCACHE, vt_find_bcache_facts},
		{VT_DM_CRYPT, vt_find_dm_crypt_facts},
		{VT_ZPOOL, vt_find_zpool_facts},
		{VT_ZFS, vt_find_zfs_facts},
	};
	for (size_t i = 0; i < VT_COUNT(finders); i++)
		if (finders[i].id == type)
			return finders[i].find;
	return NULL;
}
