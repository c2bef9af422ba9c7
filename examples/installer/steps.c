#include "steps.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "boot.h"
#include "entries.h"
#include "swapfile.h"

static int by_path(const void *a, const void *b)
{
	const struct entry *const *x = a, *const *y = b;
	return strcmp((*x)->mount.path, (*y)->mount.path);
}

struct entry *plan_mount(const struct plan *plan, const char *path)
{
	for (size_t i = 0; i < plan->n_mounts; i++)
		if (!strcmp(plan->mounts[i]->mount.path, path))
			return plan->mounts[i];
	return NULL;
}

static int check_whole(
	struct plan *p, const struct vt_node *list, struct vt_err **err)
{
	qsort(p->mounts, p->n_mounts, sizeof(p->mounts[0]), by_path);
	p->root = plan_mount(p, "/");
	p->esp = plan_mount(p, "/boot/efi");
	if (!p->root || !p->root->mount.format)
		return vt_node_err(list, err, "nothing is mounted on '/'");
	return boot_check(p, err);
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
	if (rc == 0 && swapfile_read(config, &p->swap, err) == 0)
		return p;
	plan_free(p);
	return NULL;
}

void plan_free(struct plan *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->n; i++) {
		free(p->v[i].dev);
		if (entry_kind(&p->v[i]) == FORMAT)
			free(p->v[i].format.uuid_found);
	}
	free(p->swap.path);
	free(p);
}

void plan_freep(struct plan **plan)
{
	plan_free(*plan);
	*plan = NULL;
}
