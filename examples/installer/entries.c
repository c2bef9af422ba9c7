#include "entries.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "str.h"

static const struct part_flag flags[] = {
	{NULL, "0FC63DAF-8483-4772-8E79-3D69D8477DE4", "83"},
	{"bios_grub", "21686148-6449-6E6F-744E-656564454649", NULL},
	{"swap", "0657FD6D-A4AB-43C4-84E5-0933C84B4F4F", "82"},
	{"prep", "9E1A2D38-C612-4316-AA26-8B49521E5A8B", "41"},
	{"esp", "C12A7328-F81F-11D2-BA4B-00A0C93EC93B", "ef"},
};

/* What mkfs of each kind can take: found out before a disk is touched. */
static const struct {
	const char *name;
	size_t label_max;
	bool fat; /* its UUID is a number of 32 bits */
} fstypes[] = {
	{"ext2", 16, false},
	{"ext3", 16, false},
	{"ext4", 16, false},
	{"btrfs", 255, false},
	{"swap", 15, false},
	{"fat", 11, true},
	{"vfat", 11, true},
	{"fat12", 11, true},
	{"fat16", 11, true},
	{"fat32", 11, true},
};

/* The keys of each type of entry; ones without effect here are known too. */
static const char *const disk_keys[] = {"id", "type", "serial", "wwn", "path",
	"ptable", "wipe", "grub_device", "name", "model", "preserve", NULL};
static const char *const partition_keys[] = {"id", "type", "device", "number",
	"size", "flag", "wipe", "name", "preserve", NULL};
static const char *const format_keys[] = {
	"id", "type", "volume", "fstype", "label", "uuid", "preserve", NULL};
static const char *const mount_keys[] = {
	"id", "type", "device", "path", "options", NULL};

/* Reading one entry: every step is skipped once one has failed. */
struct reader {
	const struct vt_node *entry;
	const char *id;
	struct vt_err **err;
	bool failed;
};

static void fail(struct reader *r, const struct vt_node *at, const char *fmt,
	const char *arg)
{
	if (r->failed)
		return;
	r->failed = true;
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	VT_AUTO_FREE char *what = vt_str_replace(fmt, "%s", arg ? arg : "");
	vt_str_addf(&text, "storage entry '%s': %s", r->id ? r->id : "?", what);
	vt_node_err(at ? at : r->entry, r->err, "%s", text.s);
}

static const char *string(struct reader *r, const char *key, bool needed)
{
	const struct vt_node *n = vt_node_get(r->entry, key);
	const char *s = NULL;
	if (r->failed)
		return NULL;
	if (!n || vt_node_is_null(n)) {
		if (needed)
			fail(r, NULL, "'%s' is missing", key);
		return NULL;
	}
	if (vt_node_str(n, &s, r->err) < 0)
		r->failed = true;
	return s;
}

static bool boolean(struct reader *r, const char *key)
{
	const struct vt_node *n = vt_node_get(r->entry, key);
	bool v = false;
	if (!r->failed && n && vt_node_bool(n, &v, r->err) < 0)
		r->failed = true;
	return v;
}

static enum wipe wipe_of(struct reader *r)
{
	const char *s = string(r, "wipe", false);
	if (!s)
		return WIPE_NONE;
	if (!strcmp(s, "superblock") || !strcmp(s, "superblock-recursive"))
		return WIPE_SUPERBLOCK;
	if (!strcmp(s, "zero"))
		return WIPE_ZERO;
	if (!strcmp(s, "random"))
		return WIPE_RANDOM;
	fail(r, vt_node_get(r->entry, "wipe"),
		"wipe '%s' is not superblock, superblock-recursive, zero or "
		"random",
		s);
	return WIPE_NONE;
}

static struct disk *find_disk(struct plan *p, const char *id)
{
	for (size_t i = 0; id && i < p->n_disks; i++)
		if (!strcmp(p->disks[i].id, id))
			return &p->disks[i];
	return NULL;
}

static struct partition *find_part(struct plan *p, const char *id)
{
	for (size_t i = 0; id && i < p->n_parts; i++)
		if (!strcmp(p->parts[i].id, id))
			return &p->parts[i];
	return NULL;
}

static struct format *find_format(struct plan *p, const char *id)
{
	for (size_t i = 0; id && i < p->n_formats; i++)
		if (!strcmp(p->formats[i].id, id))
			return &p->formats[i];
	return NULL;
}

static bool id_taken(struct plan *p, const char *id)
{
	for (size_t i = 0; i < p->n_mounts; i++)
		if (!strcmp(p->mounts[i].id, id))
			return true;
	return find_disk(p, id) || find_part(p, id) || find_format(p, id);
}

static void read_disk(struct reader *r, struct plan *p)
{
	struct disk *d = &p->disks[p->n_disks];
	*d = (struct disk){.node = r->entry,
		.id = r->id,
		.serial = string(r, "serial", false),
		.wwn = string(r, "wwn", false),
		.path = string(r, "path", false),
		.ptable = string(r, "ptable", false),
		.grub = boolean(r, "grub_device"),
		.wipe = wipe_of(r)};
	if (!d->serial && !d->wwn && !d->path)
		fail(r, NULL, "say which disk: serial, wwn or path", NULL);
	if (d->ptable && !strcmp(d->ptable, "msdos"))
		d->ptable = "dos";
	else if (d->ptable && strcmp(d->ptable, "gpt"))
		fail(r, vt_node_get(r->entry, "ptable"),
			"ptable '%s' is not gpt or msdos", d->ptable);
	p->n_disks++;
}

static void read_flag(struct reader *r, struct partition *part)
{
	const char *name = string(r, "flag", false);
	bool gpt = part->disk && vt_str_eq(part->disk->ptable, "gpt");
	part->flag = &flags[0];
	if (!name || !*name || !strcmp(name, "linux"))
		return;
	if (!strcmp(name, "boot")) { /* curtin: on gpt that is the ESP */
		part->bootable = !gpt;
		if (!gpt)
			return;
		name = "esp";
	}
	for (size_t i = 1; i < VT_COUNT(flags); i++)
		if (!strcmp(flags[i].name, name))
			part->flag = &flags[i];
	if (part->flag == &flags[0])
		fail(r, vt_node_get(r->entry, "flag"),
			"flag '%s' is not boot, bios_grub, swap, prep or esp",
			name);
	else if (!gpt && !part->flag->dos)
		fail(r, vt_node_get(r->entry, "flag"), "flag '%s' needs a gpt",
			name);
}

static void read_partition(struct reader *r, struct plan *p)
{
	struct partition *part = &p->parts[p->n_parts];
	const struct vt_node *number = vt_node_get(r->entry, "number");
	const struct vt_node *size = vt_node_get(r->entry, "size");
	const char *on = string(r, "device", true);
	*part = (struct partition){.node = r->entry,
		.id = r->id,
		.disk = find_disk(p, on),
		.wipe = wipe_of(r)};
	if (on && !part->disk)
		fail(r, vt_node_get(r->entry, "device"),
			"device '%s' is not a disk above it", on);
	else if (on && !part->disk->ptable)
		fail(r, vt_node_get(r->entry, "device"),
			"disk '%s' has no ptable", on);
	if (!r->failed && !size)
		fail(r, NULL, "'%s' is missing", "size");
	if (!r->failed && vt_node_size(size, &part->size, r->err) < 0)
		r->failed = true;
	if (!r->failed && part->size < 4096)
		fail(r, size, "size is under 4096 bytes", NULL);
	part->number = 1;
	for (size_t i = 0; i < p->n_parts; i++)
		if (p->parts[i].disk == part->disk)
			part->number = p->parts[i].number + 1;
	bool dos = part->disk && vt_str_eq(part->disk->ptable, "dos");
	if (!r->failed && number &&
		vt_node_int(number, 1, dos ? 4 : 128, &part->number, r->err) <
			0)
		r->failed = true;
	for (size_t i = 0; i < p->n_parts; i++)
		if (p->parts[i].disk == part->disk &&
			p->parts[i].number == part->number)
			fail(r, number, "its number is that of '%s'",
				p->parts[i].id);
	read_flag(r, part);
	p->n_parts++;
}

static bool is_uuid(const char *s, bool fat)
{
	const char *form = fat ? "xxxxxxxx"
			       : "xxxxxxxx-xxxx-xxxx-xxxx-"
				 "xxxxxxxxxxxx";
	for (; *form; form++, s++)
		if (*form == 'x' ? !isxdigit((unsigned char)*s) : *s != *form)
			return false;
	return !*s;
}

static void check_names(struct reader *r, const struct format *f)
{
	size_t i = 0;
	if (r->failed)
		return;
	while (i < VT_COUNT(fstypes) && strcmp(fstypes[i].name, f->fstype))
		i++;
	if (i == VT_COUNT(fstypes)) {
		fail(r, vt_node_get(r->entry, "fstype"),
			"fstype '%s' is not one vt-install makes", f->fstype);
		return;
	}
	if (f->label && strlen(f->label) > fstypes[i].label_max)
		fail(r, vt_node_get(r->entry, "label"),
			"label '%s' is too long for its fstype", f->label);
	if (f->uuid && !is_uuid(f->uuid, fstypes[i].fat))
		fail(r, vt_node_get(r->entry, "uuid"),
			fstypes[i].fat
				? "uuid '%s' is not one of fat: 8 hex digits"
				: "uuid '%s' is not a UUID",
			f->uuid);
}

static void read_format(struct reader *r, struct plan *p)
{
	struct format *f = &p->formats[p->n_formats];
	const char *on = string(r, "volume", true);
	*f = (struct format){.id = r->id,
		.fstype = string(r, "fstype", true),
		.label = string(r, "label", false),
		.uuid = string(r, "uuid", false)};
	f->on.part = find_part(p, on);
	f->on.disk = f->on.part ? f->on.part->disk : find_disk(p, on);
	if (on && !f->on.disk)
		fail(r, vt_node_get(r->entry, "volume"),
			"volume '%s' is not a disk or partition above it", on);
	else if (on && !f->on.part && f->on.disk->ptable)
		fail(r, vt_node_get(r->entry, "volume"),
			"disk '%s' has a ptable: format a partition", on);
	for (size_t i = 0; i < p->n_formats; i++)
		if (f->on.disk && p->formats[i].on.disk == f->on.disk &&
			p->formats[i].on.part == f->on.part)
			fail(r, vt_node_get(r->entry, "volume"),
				"'%s' formats it already", p->formats[i].id);
	check_names(r, f);
	p->n_formats++;
}

/* Absolute, in its shortest form, and one word of fstab. */
static bool is_mount_point(const char *s)
{
	if (!s || s[0] != '/' || strpbrk(s, " \t\n\\"))
		return false;
	for (const char *at = s; (at = strchr(at, '/')) && at[1]; at++)
		if (at[1] == '/' || !strcmp(at, "/.") || !strcmp(at, "/..") ||
			vt_str_starts(at, "/./") || vt_str_starts(at, "/../"))
			return false;
	return !s[1] || s[strlen(s) - 1] != '/';
}

static void read_mount(struct reader *r, struct plan *p)
{
	struct mount *m = &p->mounts[p->n_mounts];
	const char *on = string(r, "device", true);
	*m = (struct mount){.id = r->id,
		.path = string(r, "path", false),
		.options = string(r, "options", false),
		.format = find_format(p, on)};
	if (on && !m->format)
		fail(r, vt_node_get(r->entry, "device"),
			"device '%s' is not a format above it", on);
	bool swap = m->format && vt_str_eq(m->format->fstype, "swap");
	if (swap)
		m->path = "none";
	else if (m->format && !is_mount_point(m->path))
		fail(r, vt_node_get(r->entry, "path"),
			"path must be absolute, without '.', '..', spaces and "
			"a '/' at its end",
			NULL);
	if (m->options && strpbrk(m->options, " \t\n\\"))
		fail(r, vt_node_get(r->entry, "options"),
			"options are one word, with commas", NULL);
	for (size_t i = 0; !swap && m->path && i < p->n_mounts; i++)
		if (!strcmp(p->mounts[i].path, m->path))
			fail(r, vt_node_get(r->entry, "path"),
				"its path is that of '%s'", p->mounts[i].id);
	p->n_mounts++;
}

static const struct {
	const char *type;
	const char *const *keys;
	void (*read)(struct reader *r, struct plan *p);
} types[] = {
	{"disk", disk_keys, read_disk},
	{"partition", partition_keys, read_partition},
	{"format", format_keys, read_format},
	{"mount", mount_keys, read_mount},
};

int entry_read(const struct vt_node *entry, struct plan *p, struct vt_err **err)
{
	if (vt_node_expect(entry, VT_MAP, err) < 0)
		return -1;
	struct reader r = {entry, NULL, err, false};
	r.id = string(&r, "id", true);
	const char *type = string(&r, "type", true);
	if (r.failed)
		return -1;
	if (id_taken(p, r.id))
		fail(&r, NULL, "its id is taken", NULL);
	for (size_t i = 0; i < VT_COUNT(types) && !r.failed; i++) {
		if (strcmp(types[i].type, type))
			continue;
		if (vt_node_keys_known(entry, types[i].keys, err) < 0)
			return vt_err_wrap(err, "storage entry '%s'", r.id);
		if (boolean(&r, "preserve"))
			fail(&r, vt_node_get(entry, "preserve"),
				"preserve is not supported: vt-install makes "
				"all of a disk anew",
				NULL);
		types[i].read(&r, p);
		return r.failed ? -1 : 0;
	}
	fail(&r, vt_node_get(entry, "type"),
		"type '%s' is not one vt-install makes: disk, partition, "
		"format, mount",
		type);
	return -1;
}
