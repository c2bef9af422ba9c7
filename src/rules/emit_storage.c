/* verify.yaml's `storage`: what the config asks for and the disks must show,
 * each with the place that asked. */
#include <limits.h>
#include <string.h>

#include "base/mem.h"
#include "checks.h"
#include "plan.h"

struct out {
	const struct vt_plan *plan;
	struct vt_doc *doc;
};

static void set_str(
	struct out *o, struct vt_node *map, const char *key, const char *value)
{
	vt_node_set_str(o->doc, map, key, value);
}

static void set_num(
	struct out *o, struct vt_node *map, const char *key, int64_t value)
{
	vt_node_set(o->doc, map, key, vt_node_number(o->doc, value));
}

static void set_at(
	struct out *o, struct vt_node *map, const struct vt_node *node)
{
	VT_AUTO_FREE char *at = vt_node_at(node);
	set_str(o, map, "at", at);
}

/* The machine's disk for an entry; a definition may have left it out. */
static const struct vt_guest_disk *image(const struct out *o, size_t disk)
{
	return vt_guest_disk_of(&o->plan->guest, &o->plan->storage.disks[disk]);
}

/* A map that begins with the disk's id. */
static struct vt_node *on_disk(struct out *o, size_t disk)
{
	struct vt_node *map = vt_node_map(o->doc);
	set_str(o, map, "disk", o->plan->storage.disks[disk].id);
	return map;
}

static void add_disks(struct out *o, struct vt_node *list)
{
	const struct vt_storage *s = &o->plan->storage;
	for (size_t i = 0; i < s->n_disks; i++) {
		const struct vt_disk_entry *d = &s->disks[i];
		struct vt_node *map = vt_node_map(o->doc);
		if (!image(o, i))
			continue;
		set_str(o, map, "id", d->id);
		set_str(o, map, "serial", d->serial);
		set_str(o, map, "image", image(o, i)->path);
		if (vt_str_eq(d->ptable, "gpt") ||
			vt_str_eq(d->ptable, "msdos"))
			set_str(o, map, "ptable", d->ptable);
		set_num(o, map, "sector_size", o->plan->guest.block_size_bytes);
		set_at(o, map, d->node);
		vt_node_push(o->doc, list, map);
	}
}

static void add_partitions(
	struct out *o, struct vt_node *list, struct vt_node *zeroed)
{
	const struct vt_storage *s = &o->plan->storage;
	for (size_t i = 0; i < s->n_parts; i++) {
		const struct vt_part_entry *p = &s->parts[i];
		if (!image(o, p->disk))
			continue;
		struct vt_node *map = on_disk(o, p->disk);
		set_num(o, map, "number", p->number);
		/* curtin makes an extended one larger than asked */
		if (!vt_str_eq(p->flag, "extended"))
			set_num(o, map, "size", (int64_t)p->size_bytes);
		set_str(o, map, "flag", p->flag);
		set_str(o, map, "type", p->type);
		set_str(o, map, "name", p->name);
		set_at(o, map, p->node);
		vt_node_push(o->doc, list, map);
		if (!vt_str_eq(p->wipe, "zero") || p->used)
			continue;
		map = on_disk(o, p->disk);
		set_num(o, map, "partition", p->number);
		set_at(o, map, p->node);
		vt_node_push(o->doc, zeroed, map);
	}
}

/* curtin makes a pool of it and a dataset in that: no file system here. */
static bool is_pool(const struct vt_format_entry *f)
{
	return !strcmp(f->fstype, "zfsroot");
}

/* What curtin's mkfs makes of a config: a label is cut where it is too long,
 * and a UUID is for those that have an option for it. By first letters. */
static const struct family {
	const char *name;
	int label_max;
	bool uuid;
} families[] = {
	{"btrfs", 256, true},
	{"ext", 16, true},
	{"fat", 11, false},
	{"jfs", 16, false},
	{"ntfs", 32, false},
	{"reiserfs", 16, true},
	{"swap", 15, true},
	{"vfat", 11, false},
	{"xfs", 12, true},
};

static struct family family_of(const char *fstype)
{
	for (size_t i = 0; i < VT_COUNT(families); i++)
		if (vt_str_starts(fstype, families[i].name))
			return families[i];
	return (struct family){fstype, INT_MAX, true};
}

/* Disk and partition of a format; 0 is the whole disk. */
static struct vt_node *on_volume(struct out *o, const struct vt_format_entry *f)
{
	struct vt_node *map = on_disk(o, f->disk);
	set_num(o, map, "partition",
		f->part < 0 ? 0 : o->plan->storage.parts[f->part].number);
	return map;
}

static void add_filesystems(struct out *o, struct vt_node *list)
{
	const struct vt_storage *s = &o->plan->storage;
	for (size_t i = 0; i < s->n_formats; i++) {
		const struct vt_format_entry *f = &s->formats[i];
		if (!image(o, f->disk) || is_pool(f))
			continue;
		struct vt_node *map = on_volume(o, f);
		set_str(o, map, "fstype", f->fstype);
		struct family family = family_of(f->fstype);
		VT_AUTO_FREE char *label = vt_printf(
			"%.*s", family.label_max, f->label ? f->label : "");
		set_str(o, map, "label", f->label ? label : NULL);
		set_str(o, map, "uuid", family.uuid ? f->uuid : NULL);
		set_at(o, map, f->node);
		vt_node_push(o->doc, list, map);
	}
}

static void add_mounts(struct out *o, struct vt_node *list)
{
	const struct vt_storage *s = &o->plan->storage;
	for (size_t i = 0; i < s->n_mounts; i++) {
		const struct vt_mount_entry *m = &s->mounts[i];
		const struct vt_format_entry *f = &s->formats[m->format];
		bool swap = !strcmp(f->fstype, "swap");
		if (!image(o, f->disk) || is_pool(f) || (!swap && !m->path))
			continue;
		struct vt_node *map = on_volume(o, f);
		set_str(o, map, "point", swap ? "none" : m->path);
		bool set = m->options && *m->options;
		const char *options = set ? m->options : "defaults";
		/* curtin's way of saying that the network comes first */
		bool netdev =
			s->disks[f->disk].iscsi && !strstr(options, "_netdev");
		VT_AUTO_FREE char *all =
			vt_printf("%s%s", options, netdev ? ",_netdev" : "");
		if (set || !swap)
			set_str(o, map, "options", all);
		set_str(o, map, "fstype", f->fstype);
		set_at(o, map, m->node);
		vt_node_push(o->doc, list, map);
	}
}

/* `text` as an ERE that matches nothing else. */
static void add_literal(struct vt_str *ere, const char *text)
{
	for (; *text; text++) {
		if (strchr("\\.[]*^$+?(){}|", *text))
			vt_str_addc(ere, '\\');
		vt_str_addc(ere, *text);
	}
}

/* A tmpfs or a bind mount: a line of fstab says what the entry says. */
static void add_spec_mount(
	struct out *o, struct vt_node *checks, const struct vt_node *n)
{
	const char *spec = vt_node_text(vt_node_get(n, "spec"));
	const char *path = vt_node_text(vt_node_get(n, "path"));
	const char *fstype = vt_node_text(vt_node_get(n, "fstype"));
	const char *options = vt_node_text(vt_node_get(n, "options"));
	if (!spec || !path || strpbrk(spec, " \t\n") || strpbrk(path, " \t\n"))
		return; /* fstab has its own spelling of these */
	VT_AUTO_STR struct vt_str ere = VT_STR_INIT;
	VT_AUTO_FREE char *name = vt_printf("fstab %s", path);
	struct vt_node *map = vt_node_map(o->doc);
	vt_str_addc(&ere, '^');
	add_literal(&ere, spec);
	vt_str_add(&ere, "[ \t]+");
	add_literal(&ere, path);
	vt_str_add(&ere, "[ \t]+");
	if (fstype && *fstype)
		add_literal(&ere, fstype);
	else
		vt_str_add(&ere, "[^ \t]+");
	vt_str_add(&ere, "[ \t]+");
	add_literal(&ere, options && *options ? options : "defaults");
	vt_str_add(&ere, "([ \t]|$)");
	set_str(o, map, "name", name);
	set_at(o, map, n);
	set_str(o, map, "file", "fstab");
	set_str(o, map, "matches", ere.s);
	vt_node_push(o->doc, checks, map);
}

void vt_emit_spec_mounts(
	const struct vt_plan *plan, struct vt_doc *doc, struct vt_node *checks)
{
	struct out o = {plan, doc};
	const struct vt_node *list =
		vt_node_getn(plan->config, "storage", "config", (char *)NULL);
	if (vt_node_get(plan->config, "partitioning_commands") || !list)
		return;
	for (size_t i = 0; list->kind == VT_SEQ && i < list->n; i++) {
		const struct vt_node *n = list->items[i];
		const char *type = vt_node_text(vt_node_get(n, "type"));
		if (vt_str_eq(type, "mount") &&
			vt_node_is_null(vt_node_get(n, "device")))
			add_spec_mount(&o, checks, n);
	}
}

void vt_emit_storage(
	const struct vt_plan *plan, struct vt_doc *doc, struct vt_node *map)
{
	struct out o = {plan, doc};
	/* with commands of its own the storage config is not carried out */
	if (vt_node_get(plan->config, "partitioning_commands"))
		return;
	struct vt_node *disks = vt_node_seq(doc), *parts = vt_node_seq(doc);
	struct vt_node *zeroed = vt_node_seq(doc), *mounts = vt_node_seq(doc);
	struct vt_node *filesystems = vt_node_seq(doc);
	add_disks(&o, disks);
	add_partitions(&o, parts, zeroed);
	add_filesystems(&o, filesystems);
	add_mounts(&o, mounts);
	vt_node_set(doc, map, "disks", disks);
	vt_node_set(doc, map, "partitions", parts);
	vt_node_set(doc, map, "filesystems", filesystems);
	vt_node_set(doc, map, "zeroed", zeroed);
	vt_node_set(doc, map, "mounts", mounts);
}
