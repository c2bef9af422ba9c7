/* Finding devices on the images of the machine's disks. */
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "image/blk.h"
#include "image/qcow.h"
#include "storage/disks.h"
#include "storage/finders.h"
#include "storage/part_types.h"

static void free_table(void *own)
{
	vt_blk_table_free(own);
	free(own);
}

static char *numbers(const struct vt_blk_table *t)
{
	struct vt_str list = VT_STR_INIT;
	for (size_t i = 0; i < t->n; i++) {
		VT_AUTO_FREE char *number = vt_printf("%u", t->parts[i].number);
		vt_str_item(&list, ", ", number);
	}
	return list.len ? vt_str_take(&list) : vt_strdup("none");
}

void vt_found_add_table(struct vt_found *f, const struct vt_blk_table *t)
{
	struct vt_found_field *field = vt_found_add(f, "ptable");
	f->table = t;
	field->text = vt_printf("%s%s",
		t->kind ? t->kind : "no partition table",
		t->no_header ? " without its header, of which only the copy at "
			       "the end is left"
		: t->no_copy ? " without its copy at the end of the disk"
			     : "");
	if (!t->no_header && !t->no_copy)
		field->value = vt_strdup(t->kind);
	field = vt_found_add(f, "partitions");
	field->value = numbers(t);
	field->text = vt_strdup(field->value);
}

void vt_found_read_table(
	struct vt_found *f, const struct vt_dev *d, struct vt_blk_table *t)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	if (!f->place || !(vt_dev_has_parts(d) || vt_dev_field(d, "ptable")))
		return;
	if (vt_place_table(f->place, t, &err) < 0)
		vt_found_error(f, &err);
	else
		vt_found_add_table(f, t);
}

void vt_found_own_table(struct vt_found *f, const struct vt_dev *d)
{
	f->own = vt_alloc(sizeof(struct vt_blk_table));
	f->free_own = free_table;
	vt_found_read_table(f, d, f->own);
}

/* The raw content of a disk. That of an overlay is a temporary file, which is
 * open as long as `look` is: readers open it by its name in /proc.
 * Return: owned; NULL on error */
static char *raw_path(struct vt_look *look, const struct vt_dev *d,
	const char *path, struct vt_err **err)
{
	if (!d->overlay)
		return vt_strdup(path);
	struct vt_qcow *disk = vt_qcow_open(path, VT_QCOW_BACKING, err);
	if (!disk)
		return NULL;
	struct vt_storage_look *s = vt_storage_look(look);
	s->images = vt_realloc(s->images, s->n_images + 1, sizeof(*s->images));
	s->images[s->n_images++] = disk;
	int fd = vt_qcow_fd(disk, err);
	return fd < 0 ? NULL : vt_printf("/proc/self/fd/%d", fd);
}

static void find_disk(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	if (vt_find_made(look, d, VT_SIDE_DISK, f))
		return;
	f->see = d->image;
	if (!d->image) {
		vt_found_untold(f, "disk '%s' has no image", d->id);
		return;
	}
	VT_AUTO_FREE char *path =
		vt_fs_join(vt_storage_look(look)->dir, d->image);
	if (!vt_fs_exists(path)) {
		vt_found_untold(f, "image '%s' does not exist", d->image);
		return;
	}
	struct vt_blk_table *table = f->own = vt_alloc(sizeof(*table));
	f->free_own = free_table;
	VT_AUTO_FREE char *raw = raw_path(look, d, path, &err);
	struct vt_map *map =
		raw ? vt_map_file(raw, d->sector_bytes, &err) : NULL;
	if (!map || vt_blk_table_read(raw, d->sector_bytes, table, &err) < 0) {
		vt_map_unref(map);
		vt_found_error(f, &err);
		return;
	}
	vt_found_add_table(f, table);
	vt_found_place(f, map);
	vt_found_add_boot(f, d);
}

static void add_flag(struct vt_found *f, const struct vt_dev *d,
	const struct vt_part_entry *p)
{
	const char *flag = vt_dev_text(d, "flag");
	struct vt_found_field *field = vt_found_add(f, "flag");
	bool gpt = !strcmp(p->ptable, "gpt");
	field->more = vt_strdup(p->ptable);
	field->text = vt_printf("%s%s", vt_part_type_name(p->type),
		p->active ? ", active"
		: gpt     ? ""
			  : ", not active");
	field->same = flag && vt_part_flag_holds(flag, p);
	if (flag && !vt_part_flag_means(flag, p->ptable))
		field->why =
			vt_printf("flag '%s' means nothing in a table of '%s'",
				flag, p->ptable);
}

static void add_active(
	struct vt_found *f, const char *ptable, const struct vt_blk_part *p)
{
	struct vt_found_field *field = vt_found_add(f, "active");
	field->n = p->bootable;
	field->text = vt_strdup(p->bootable ? "active" : "not active");
	if (strcmp(ptable, "msdos") != 0)
		field->why = vt_strdup(
			"only a table of 'msdos' has an active partition");
}

static void add_names(
	struct vt_found *f, const char *ptable, const struct vt_blk_part *p)
{
	struct vt_found_field *field = vt_found_add(f, "partition_type");
	field->value = vt_strdup(p->type);
	field->text = vt_strdup(p->type ? p->type : "unknown");
	field = vt_found_add(f, "partition_name");
	field->value = vt_strdup(p->name ? p->name : "");
	field->text = vt_printf("'%s'", field->value);
	if (strcmp(ptable, "gpt") != 0)
		field->why = vt_strdup("only a gpt gives its partitions names");
	field = vt_found_add(f, "uuid");
	field->value = vt_strdup(p->uuid);
	field->text = vt_strdup(p->uuid ? p->uuid : "none");
	field = vt_found_add(f, "attributes");
	field->value = vt_part_attrs_text(p->attrs);
	field->text = vt_strdup(field->value);
}

static bool is_extended(const struct vt_dev *d)
{
	return vt_str_eq(vt_dev_text(d, "flag"), "extended");
}

/* In version 1 an extended partition is larger than asked, by a MiB for the
 * table of each logical one. */
static uint64_t extra_bytes(const struct vt_blk_table *t)
{
	uint64_t n = 0;
	for (size_t i = 0; i < t->n; i++)
		n += t->parts[i].number > 4;
	return n << 20;
}

static bool may_overlap(const struct vt_blk_part *p)
{
	static const char *const extended[] = {"0x05", "0x0f", "0x85", NULL};
	return p->type && vt_str_in(extended, p->type);
}

/* Why a kernel does not take the entry as it is, or NULL; owned */
static char *entry_fault(const struct vt_blk_table *t,
	const struct vt_blk_part *p, uint64_t disk_bytes)
{
	if (p->start_bytes > disk_bytes ||
		p->size_bytes > disk_bytes - p->start_bytes)
		return vt_strdup("it ends beyond the end of the disk");
	for (size_t i = 0; i < t->n; i++) {
		const struct vt_blk_part *o = &t->parts[i];
		if (o != p && !may_overlap(o) && !may_overlap(p) &&
			o->start_bytes < p->start_bytes + p->size_bytes &&
			p->start_bytes < o->start_bytes + o->size_bytes)
			return vt_printf("it overlaps partition %u", o->number);
	}
	return NULL;
}

static void find_partition(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	const struct vt_dev *device = vt_dev_ref(d, "device");
	const struct vt_found *on =
		vt_found_below(look, d, "device", VT_SIDE_DISK, f);
	if (!on)
		return;
	if (!on->table || !on->place) {
		vt_found_pass_on(f, on);
		return;
	}
	unsigned number = (unsigned)vt_dev_num(d, "number");
	const struct vt_blk_part *p = vt_blk_part(on->table, number);
	if (!p) {
		vt_found_missing(f, "%s '%s' has no partition %u",
			device->type->word, device->id, number);
		return;
	}
	const char *ptable = on->table->kind;
	struct vt_found_field *field = vt_found_add(f, "number");
	char *fault =
		entry_fault(on->table, p, vt_map_size(vt_place_map(on->place)));
	field->n = fault ? 0 : number;
	field->text = fault ? fault : vt_strdup("it is there");
	field = vt_found_add(f, "size");
	field->n = p->size_bytes;
	if (is_extended(d))
		field->unit = extra_bytes(on->table);
	field = vt_found_add(f, "offset");
	field->n = p->start_bytes;
	field->unit = vt_dev_sector_bytes(d);
	add_flag(f, d,
		&(struct vt_part_entry){ptable, p->type, number, p->bootable});
	add_active(f, ptable, p);
	add_names(f, ptable, p);
	if (vt_found_place(f, vt_map_slice(vt_place_map(on->place),
				      p->start_bytes, p->size_bytes)))
		vt_found_add_boot(f, d);
}

static void find_format(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	VT_AUTO_BLK_SUPER struct vt_blk_super s = {0};
	VT_AUTO_ERR struct vt_err *err = NULL;
	struct vt_stretch at;
	const struct vt_found *on = vt_found_placed(look, d, "volume", f);
	if (!on || !vt_found_stretch(f, on, &at))
		return;
	/* no size would be all of the image */
	if (at.size_bytes && vt_blk_super_read(at.path, at.offset_bytes,
				     at.size_bytes, &s, &err) < 0) {
		vt_found_error(f, &err);
		return;
	}
	struct vt_found_field *field = vt_found_add(f, "fstype");
	field->value = vt_strdup(s.type);
	field->more = vt_strdup(s.version);
	field->text = vt_printf("%s%s%s", s.type ? s.type : "no file system",
		s.version ? " " : "", s.version ? s.version : "");
	field = vt_found_add(f, "label");
	field->value = vt_strdup(s.label ? s.label : "");
	field->text = vt_printf("'%s'", field->value);
	field = vt_found_add(f, "uuid");
	field->value = vt_strdup(s.uuid);
	field->text = vt_strdup(s.uuid ? s.uuid : "none");
	vt_found_add_mkfs(f, d, on);
}

vt_finder *vt_find_on_disk(unsigned type)
{
	static const struct {
		enum vt_type_id id;
		vt_finder *find;
	} finders[] = {
		{VT_DISK, find_disk},
		{VT_PARTITION, find_partition},
		{VT_FORMAT, find_format},
		{VT_RAID, vt_find_raid},
		{VT_LVM_VOLGROUP, vt_find_volgroup},
		{VT_LVM_PARTITION, vt_find_lvm_partition},
		{VT_BCACHE, vt_find_bcache},
		{VT_DM_CRYPT, vt_find_dm_crypt},
		{VT_ZPOOL, vt_find_zpool},
	};
	for (size_t i = 0; i < VT_COUNT(finders); i++)
		if (finders[i].id == type)
			return finders[i].find;
	return NULL;
}
