#include "disk.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"

static const char *const known[] = {
	"id", "serial", "image", "ptable", "sector_size", "at", NULL};

static int parse_one(struct disk *d, const struct vt_node *n, const char *dir,
	struct vt_err **err)
{
	const struct vt_node *ptable = vt_node_get(n, "ptable");
	const struct vt_node *sector = vt_node_get(n, "sector_size");
	long bytes = 512;
	if (vt_node_expect(n, VT_MAP, err) < 0 ||
		vt_node_keys_known(n, known, err) < 0)
		return -1;
	if (!vt_node_get(n, "id") || !vt_node_get(n, "image"))
		return vt_node_err(
			n, err, "a disk needs the keys 'id' and 'image'");
	if (vt_node_str(vt_node_get(n, "id"), &d->id, err) < 0 ||
		vt_node_str(vt_node_get(n, "image"), &d->image, err) < 0)
		return -1;
	if (!vt_node_is_null(ptable) &&
		vt_node_str(ptable, &d->ptable, err) < 0)
		return -1;
	if (sector && vt_node_int(sector, 512, 65536, &bytes, err) < 0)
		return -1;
	if (bytes & (bytes - 1))
		return vt_node_err(sector, err,
			"a sector size is a power of 2, not %ld", bytes);
	d->sector_bytes = (unsigned)bytes;
	d->path = vt_fs_join(dir, d->image);
	return 0;
}

int disks_parse(struct disks *disks, const struct vt_node *list,
	const char *dir, struct vt_err **err)
{
	if (!list)
		return 0;
	if (vt_node_expect(list, VT_SEQ, err) < 0)
		return -1;
	disks->v = vt_calloc(list->n + 1, sizeof(*disks->v));
	for (size_t i = 0; i < list->n; i++) {
		struct disk *d = &disks->v[disks->n++];
		if (parse_one(d, list->items[i], dir, err) < 0)
			return -1;
		if (disks_find(disks, d->id) != d)
			return vt_node_err(list->items[i], err,
				"there is another disk '%s'", d->id);
	}
	return 0;
}

void disks_free(struct disks *disks)
{
	for (size_t i = 0; i < disks->n; i++) {
		vt_blk_table_free(&disks->v[i].table);
		free(disks->v[i].path);
	}
	free(disks->v);
	*disks = (struct disks){0};
}

struct disk *disks_find(const struct disks *disks, const char *id)
{
	for (size_t i = 0; i < disks->n; i++)
		if (disks->v[i].id && !strcmp(disks->v[i].id, id))
			return &disks->v[i];
	return NULL;
}

const struct vt_blk_table *disk_table(struct disk *d, struct result *r)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	result_see(r, "%s", d->image);
	if (!d->read && !vt_fs_exists(d->path)) {
		result_skip(r, "the image '%s' is gone", d->image);
		return NULL;
	}
	if (!d->read && vt_blk_table_read(d->path, d->sector_bytes, &d->table,
				&err) < 0) {
		result_error(r, &err);
		return NULL;
	}
	d->read = true;
	return &d->table;
}

bool disk_range(struct disk *d, unsigned partition, struct result *r,
	uint64_t *offset_bytes, uint64_t *size_bytes)
{
	const struct vt_blk_table *t = disk_table(d, r);
	if (!t)
		return false;
	*offset_bytes = *size_bytes = 0;
	if (partition == 0)
		return true;
	const struct vt_blk_part *p = vt_blk_part(t, partition);
	if (!p) {
		result_found(
			r, "disk '%s' has no partition %u", d->id, partition);
		return false;
	}
	*offset_bytes = p->start_bytes;
	*size_bytes = p->size_bytes;
	return true;
}

bool disk_super(struct disk *d, unsigned partition, struct result *r,
	struct vt_blk_super *out)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	uint64_t offset, size;
	if (!disk_range(d, partition, r, &offset, &size))
		return false;
	if (vt_blk_super_read(d->path, offset, size, out, &err) == 0)
		return true;
	result_error(r, &err);
	return false;
}
