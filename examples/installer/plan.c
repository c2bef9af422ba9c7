#include "plan.h"

#include <stdlib.h>
#include <string.h>

#include "entries.h"
#include "mem.h"
#include "str.h"

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct mount *)a)->path,
		((const struct mount *)b)->path);
}

/* GRUB has room behind the table of an msdos disk; on a gpt it needs a
 * partition, and on a disk without a table it has none. */
static int check_boot(
	const struct disk *d, const struct plan *p, struct vt_err **err)
{
	bool room = vt_str_eq(d->ptable, "dos");
	for (size_t i = 0; i < p->n_parts; i++)
		room |= p->parts[i].disk == d &&
			(vt_str_eq(p->parts[i].flag->name, "bios_grub") ||
				vt_str_eq(p->parts[i].flag->name, "esp"));
	if (room)
		return 0;
	return vt_node_err(d->node, err,
		"disk '%s' cannot boot: it needs ptable msdos, or gpt and a "
		"partition with flag bios_grub",
		d->id);
}

static int check_whole(
	const struct plan *p, const struct vt_node *list, struct vt_err **err)
{
	const struct disk *root = NULL;
	bool grub = false;
	for (size_t i = 0; i < p->n_mounts; i++)
		if (!strcmp(p->mounts[i].path, "/"))
			root = p->mounts[i].format->on.disk;
	if (!root)
		return vt_node_err(list, err, "nothing is mounted on '/'");
	for (size_t i = 0; i < p->n_disks; i++) {
		grub |= p->disks[i].grub;
		if (p->disks[i].grub && check_boot(&p->disks[i], p, err) < 0)
			return -1;
	}
	return grub ? 0 : check_boot(root, p, err);
}

static int read_storage(
	const struct vt_node *storage, struct plan *p, struct vt_err **err)
{
	static const char *const keys[] = {"version", "config", NULL};
	const struct vt_node *version = vt_node_get(storage, "version");
	const struct vt_node *list = vt_node_get(storage, "config");
	long v;
	if (vt_node_expect(storage, VT_MAP, err) < 0 ||
		vt_node_keys_known(storage, keys, err) < 0 ||
		(version && vt_node_int(version, 1, 1, &v, err) < 0))
		return -1;
	if (!list)
		return vt_node_err(storage, err, "storage: no 'config'");
	if (vt_node_expect(list, VT_SEQ, err) < 0)
		return -1;
	if (list->n > MAX_ENTRIES)
		return vt_node_err(
			list, err, "more than %d storage entries", MAX_ENTRIES);
	for (size_t i = 0; i < list->n; i++)
		if (entry_read(list->items[i], p, err) < 0)
			return -1;
	return check_whole(p, list, err);
}

struct plan *plan_make(const struct vt_node *config, struct vt_err **err)
{
	const struct vt_node *storage = vt_node_get(config, "storage");
	struct plan *p = vt_alloc(sizeof(*p));
	int rc = storage ? read_storage(storage, p, err)
			 : vt_node_err(config, err, "no storage section");
	if (rc < 0) {
		plan_free(p);
		return NULL;
	}
	qsort(p->mounts, p->n_mounts, sizeof(p->mounts[0]), by_path);
	return p;
}

void plan_free(struct plan *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->n_disks; i++)
		free(p->disks[i].dev);
	for (size_t i = 0; i < p->n_formats; i++)
		free(p->formats[i].uuid_found);
	free(p);
}

void plan_freep(struct plan **plan)
{
	plan_free(*plan);
	*plan = NULL;
}
