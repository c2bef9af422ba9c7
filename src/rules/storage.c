#include "storage.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/near.h"
#include "base/str.h"
#include "storage_entries.h"
#include "links.h"

enum { MIB = 1 << 20 };
#define MAX_SWAP ((uint64_t)1 << 44)

static int read_size(struct reader *r, const struct vt_node *map,
	const char *key, uint64_t *bytes)
{
	const struct vt_node *n = vt_node_get(map, key);
	if (vt_node_is_null(n))
		return 0;
	return vt_node_size(n, bytes, r->err);
}

/* Not every "disk" is one of the machine's: curtin also calls by this name
 * what it made itself. */
static bool made_by_installer(const char *path)
{
	static const char *const made[] = {"/dev/bcache", "/dev/md", "/dev/dm-",
		"/dev/mapper/", "/dev/loop", NULL};
	for (const char *const *p = made; path && *p; p++)
		if (vt_str_starts(path, *p))
			return true;
	return false;
}

static int read_disk(struct reader *r, struct item *e)
{
	struct vt_disk_entry d = {.node = e->node, .id = e->id};
	const char *device_id = NULL;
	if (vt_entries_text(r, e->node, "serial", &d.serial) < 0 ||
		vt_entries_text(r, e->node, "wwn", &d.wwn) < 0 ||
		vt_entries_text(r, e->node, "path", &d.path) < 0 ||
		vt_entries_text(r, e->node, "ptable", &d.ptable) < 0 ||
		vt_entries_text(r, e->node, "device_id", &device_id) < 0)
		return -1;
	/* one that says where it is, is not ours to make */
	if (d.path && vt_str_starts(d.path, "iscsi:")) {
		if (strcmp(d.path + strlen("iscsi:"), "__RFC4173__") != 0)
			return 0;
		d.iscsi = true;
	}
	if (!d.serial && !d.wwn) {
		if (made_by_installer(d.path) || device_id)
			return 0;
		if (!d.path)
			return vt_node_err(e->node, r->err,
				"disk '%s' has no serial, wwn or path to find "
				"it by",
				e->id);
	}
	struct vt_storage *s = r->s;
	s->disks = vt_realloc(s->disks, s->n_disks + 1, sizeof(*s->disks));
	e->index = (ssize_t)s->n_disks;
	s->disks[s->n_disks++] = d;
	return 0;
}

/* curtin's number for a partition that says none: its place among the disk's,
 * logical ones from 5 on. */
static long implied_number(struct reader *r, const struct vt_part_entry *p)
{
	bool logical = vt_str_eq(p->flag, "logical");
	long number = logical ? 5 : 1;
	for (size_t i = 0; i < r->s->n_parts; i++) {
		const struct vt_part_entry *other = &r->s->parts[i];
		if (other->disk == p->disk &&
			(!logical || vt_str_eq(other->flag, "logical")))
			number++;
	}
	return number;
}

static int read_number(struct reader *r, struct vt_part_entry *p)
{
	const struct vt_node *n = vt_node_get(p->node, "number");
	if (vt_node_is_null(n))
		p->number = implied_number(r, p);
	else if (vt_node_int(n, 1, 256, &p->number, r->err) < 0)
		return -1;
	for (size_t i = 0; i < r->s->n_parts; i++) {
		const struct vt_part_entry *other = &r->s->parts[i];
		if (other->disk == p->disk && other->number == p->number)
			return vt_node_err(p->node, r->err,
				"'%s' is partition %ld of '%s', and so is "
				"'%s'",
				p->id, p->number, r->s->disks[p->disk].id,
				other->id);
	}
	return 0;
}

static int check_flag(struct reader *r, const struct vt_part_entry *p)
{
	static const char *const known[] = {"bios_grub", "boot", "esp",
		"extended", "home", "linux", "logical", "lvm", "mbr", "msftres",
		"prep", "primary", "raid", "swap", NULL};
	struct vt_near near;
	if (!p->flag || !*p->flag)
		return 0;
	near = vt_near_start(p->flag);
	for (const char *const *k = known; *k; k++) {
		if (!strcmp(*k, p->flag))
			return 0;
		vt_near_try(&near, *k);
	}
	return vt_node_err(vt_node_get(p->node, "flag"), r->err,
		"'%s' has the unknown flag '%s'%s%s%s", p->id, p->flag,
		near.best ? ": did you mean '" : "", near.best ? near.best : "",
		near.best ? "'?" : "");
}

static int read_partition(struct reader *r, struct item *e)
{
	struct vt_part_entry p = {.node = e->node, .id = e->id};
	const struct item *device = vt_entries_refer(r, e, "device");
	if (!device || read_size(r, e->node, "size", &p.size_bytes) < 0 ||
		read_size(r, e->node, "offset", &p.offset_bytes) < 0 ||
		vt_entries_text(r, e->node, "flag", &p.flag) < 0 ||
		vt_entries_text(r, e->node, "wipe", &p.wipe) < 0 ||
		/* `name` is what udev calls it; these go to the table */
		vt_entries_text(r, e->node, "partition_name", &p.name) < 0 ||
		vt_entries_text(r, e->node, "partition_type", &p.type) < 0)
		return -1;
	if (check_flag(r, &p) < 0)
		return -1;
	if (!p.size_bytes)
		return vt_node_err(
			e->node, r->err, "partition '%s' has no size", e->id);
	if (device->kind != DISK || device->index < 0)
		return 0;
	struct vt_storage *s = r->s;
	p.disk = (size_t)device->index;
	if (read_number(r, &p) < 0)
		return -1;
	s->parts = vt_realloc(s->parts, s->n_parts + 1, sizeof(*s->parts));
	e->index = (ssize_t)s->n_parts;
	s->parts[s->n_parts++] = p;
	return 0;
}

static int read_format(struct reader *r, struct item *e)
{
	struct vt_format_entry f = {.node = e->node, .id = e->id, .part = -1};
	const struct item *volume = vt_entries_refer(r, e, "volume");
	if (!volume || vt_entries_need(r, e->node, "fstype", &f.fstype) < 0 ||
		vt_entries_text(r, e->node, "label", &f.label) < 0 ||
		vt_entries_text(r, e->node, "uuid", &f.uuid) < 0)
		return -1;
	if (volume->index < 0)
		return 0;
	struct vt_storage *s = r->s;
	if (volume->kind == DISK) {
		f.disk = (size_t)volume->index;
	} else if (volume->kind == PARTITION) {
		f.part = volume->index;
		f.disk = s->parts[f.part].disk;
	} else {
		return 0;
	}
	s->formats =
		vt_realloc(s->formats, s->n_formats + 1, sizeof(*s->formats));
	e->index = (ssize_t)s->n_formats;
	s->formats[s->n_formats++] = f;
	return 0;
}

static int read_mount(struct reader *r, struct item *e)
{
	struct vt_mount_entry m = {.node = e->node};
	if (vt_entries_text(r, e->node, "path", &m.path) < 0 ||
		vt_entries_text(r, e->node, "options", &m.options) < 0)
		return -1;
	if (vt_str_eq(m.path, "/boot/efi"))
		r->s->efi = true;
	/* a tmpfs or bind mount has no device of ours */
	if (vt_node_is_null(vt_node_get(e->node, "device"))) {
		const char *spec;
		return vt_entries_need(r, e->node, "spec", &spec);
	}
	const struct item *device = vt_entries_refer(r, e, "device");
	if (!device)
		return -1;
	if (device->kind != FORMAT || device->index < 0)
		return 0;
	struct vt_storage *s = r->s;
	m.format = (size_t)device->index;
	s->mounts = vt_realloc(s->mounts, s->n_mounts + 1, sizeof(*s->mounts));
	s->mounts[s->n_mounts++] = m;
	return 0;
}

static int read_kind(struct reader *r, enum kind kind,
	int (*one)(struct reader *r, struct item *e))
{
	for (size_t i = 0; i < r->n; i++)
		if (r->entries[i].kind == kind && one(r, &r->entries[i]) < 0)
			return -1;
	return 0;
}

/* Text of any other entry that is the id of a partition uses it. */
static void mark_used(struct reader *r, const struct vt_node *n)
{
	if (n->kind != VT_SCALAR) {
		for (size_t i = 0; i < n->n; i++)
			mark_used(r, n->items[i]);
		return;
	}
	const struct item *e = vt_entries_find(r, n->text);
	if (e && e->kind == PARTITION && e->index >= 0)
		r->s->parts[e->index].used = true;
}

static void mark_all_used(struct reader *r)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct vt_node *map = r->entries[i].node;
		for (size_t k = 0; k < map->n; k++)
			if (strcmp(map->keys[k]->text, "id"))
				mark_used(r, map->items[k]);
	}
}

/* Where the last partition of each disk ends, as curtin lays them out: one
 * after the other, on MiB. */
static void add_needs(struct vt_storage *s)
{
	for (size_t i = 0; i < s->n_parts; i++) {
		const struct vt_part_entry *p = &s->parts[i];
		uint64_t *need = &s->disks[p->disk].need_bytes;
		uint64_t start = p->offset_bytes ? p->offset_bytes : *need;
		uint64_t end;
		if (!start)
			start = MIB;
		/* a logical partition lies in the extended one, and costs it
		 * a MiB */
		if (vt_str_eq(p->flag, "logical"))
			end = start + MIB;
		else if (__builtin_add_overflow(start, p->size_bytes, &end))
			end = UINT64_MAX / 2;
		end = end > UINT64_MAX / 2 ? UINT64_MAX / 2 : end;
		if (end > *need)
			*need = (end + MIB - 1) / MIB * MIB;
	}
}

static int read_all(struct reader *r, const struct vt_node *list)
{
	if (vt_entries_index(r, list) < 0 ||
		read_kind(r, DISK, read_disk) < 0 ||
		read_kind(r, PARTITION, read_partition) < 0 ||
		read_kind(r, FORMAT, read_format) < 0 ||
		read_kind(r, MOUNT, read_mount) < 0)
		return -1;
	mark_all_used(r);
	add_needs(r->s);
	return vt_links_check(r);
}

/* swap: {size: 2G}; without a size, or with auto, as large as there is room. */
static int read_swap(
	struct vt_storage *s, const struct vt_node *config, struct vt_err **err)
{
	const struct vt_node *n =
		vt_node_getn(config, "swap", "size", (char *)NULL);
	if (vt_node_is_null(n) || vt_str_eq(vt_node_text(n), "auto"))
		return 0;
	if (vt_node_size(n, &s->swap_file_bytes, err) < 0)
		return -1;
	return s->swap_file_bytes <= MAX_SWAP
		       ? 0
		       : vt_node_err(n, err, "no swap file is so large");
}

/* The swap file lies on the root's disk, or must fit into its partition. */
static int place_swap(struct vt_storage *s, struct vt_err **err)
{
	for (size_t i = 0; s->swap_file_bytes && i < s->n_mounts; i++) {
		const struct vt_format_entry *f =
			&s->formats[s->mounts[i].format];
		if (!vt_str_eq(s->mounts[i].path, "/"))
			continue;
		if (f->part < 0)
			s->disks[f->disk].need_bytes += s->swap_file_bytes;
		else if (s->parts[f->part].size_bytes < s->swap_file_bytes)
			return vt_node_err(s->parts[f->part].node, err,
				"'%s' is too small for the swap file: %" PRIu64
				" MiB",
				s->parts[f->part].id, s->swap_file_bytes / MIB);
		return 0;
	}
	return 0;
}

int vt_storage_read(
	struct vt_storage *s, const struct vt_node *config, struct vt_err **err)
{
	const struct vt_node *storage = vt_node_get(config, "storage");
	if (read_swap(s, config, err) < 0)
		return -1;
	if (vt_node_is_null(storage))
		return 0;
	if (vt_node_expect(storage, VT_MAP, err) < 0)
		return -1;
	const struct vt_node *list = vt_node_get(storage, "config");
	const struct vt_node *version = vt_node_get(storage, "version");
	long v;
	if (vt_node_is_null(list))
		return 0;
	if (version && vt_node_int(version, 1, 2, &v, err) < 0)
		return -1;
	if (vt_node_expect(list, VT_SEQ, err) < 0)
		return -1;
	struct reader r = {.s = s, .err = err};
	int rc = read_all(&r, list);
	vt_entries_free(&r);
	return rc < 0 ? rc : place_swap(s, err);
}

void vt_storage_free(struct vt_storage *s)
{
	free(s->disks);
	free(s->parts);
	free(s->formats);
	free(s->mounts);
}
