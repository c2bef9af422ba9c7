#include "steps.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "boot.h"
#include "iscsi_disks.h"
#include "limits.h"
#include "network.h"
#include "partition.h"
#include "storage/read.h"
#include "storage/realise.h"
#include "storage/sections.h"
#include "swapfile.h"

struct made *plan_made(const struct plan *plan, const struct vt_dev *d)
{
	return &plan->made[d - plan->graph.v];
}

const char *plan_dev(const struct plan *plan, const struct vt_dev *d)
{
	return plan_made(plan, d)->dev;
}

const struct vt_dev *below(const struct vt_dev *d)
{
	return d->n_refs ? d->refs[0].used : NULL;
}

const char *mount_path(const struct vt_dev *mount)
{
	const char *path = vt_dev_text(mount, "path");
	return !path || !strcmp(vt_realise_fstype(mount), "swap") ? "none"
								  : path;
}

static int by_path(const void *a, const void *b)
{
	const struct vt_dev *const *x = a, *const *y = b;
	return strcmp(mount_path(*x), mount_path(*y));
}

const struct vt_dev *plan_mount(const struct plan *plan, const char *path)
{
	for (size_t i = 0; i < plan->n_mounts; i++)
		if (!strcmp(mount_path(plan->mounts[i]), path))
			return plan->mounts[i];
	return NULL;
}

static int find_mounts(struct plan *p, struct vt_err **err)
{
	const struct vt_graph *g = &p->graph;
	p->mounts = vt_calloc(g->n + 1, sizeof(*p->mounts));
	for (size_t i = 0; i < g->n; i++) {
		const struct vt_dev *d = &g->v[i];
		if (!vt_dev_is(d, VT_MOUNT))
			continue;
		const char *path = mount_path(d);
		const struct vt_dev *other = plan_mount(p, path);
		if (other && strcmp(path, "none") != 0)
			return vt_dev_err(d, vt_dev_node(d, "path"), err,
				"its path is in use by '%s'", other->id);
		p->mounts[p->n_mounts++] = d;
	}
	qsort(p->mounts, p->n_mounts, sizeof(p->mounts[0]), by_path);
	p->root = plan_mount(p, "/");
	p->esp = plan_mount(p, "/boot/efi");
	return 0;
}

static int check_section(const struct vt_node *storage, struct vt_err **err)
{
	static const char *const keys[] = {"version", "config", NULL};
	const struct vt_node *version = vt_node_get(storage, "version");
	long v;
	if (vt_node_expect(storage, VT_MAP, err) < 0 ||
		vt_node_keys_known(storage, keys, err) < 0 ||
		(version && vt_node_int(version, 1, 2, &v, err) < 0))
		return -1;
	return vt_node_get(storage, "config")
		       ? 0
		       : vt_node_err(storage, err, "storage: no 'config'");
}

static int read_plan(
	struct plan *p, const struct vt_node *config, struct vt_err **err)
{
	const struct vt_node *storage = vt_node_get(config, "storage");
	p->config = config;
	if (!storage)
		return vt_node_err(config, err, "no storage section");
	if (check_section(storage, err) < 0 ||
		vt_storage_read(&p->graph, config, err) < 0)
		return -1;
	p->made = vt_calloc(p->graph.n + 1, sizeof(*p->made));
	if (limits_check(&p->graph, err) < 0 ||
		partition_check_all(p, err) < 0 || find_mounts(p, err) < 0)
		return -1;
	if (!p->root || !vt_dev_ref(p->root, "device"))
		return vt_node_err(vt_node_get(storage, "config"), err,
			"nothing is mounted on '/'");
	if (boot_check(p, err) < 0 || iscsi_check_mounts(p, err) < 0)
		return -1;
	if (swapfile_read(vt_graph_swap(&p->graph), &p->swap, err) < 0)
		return -1;
	return network_read(&p->network, config, err);
}

struct plan *plan_make(const struct vt_node *config, struct vt_err **err)
{
	struct plan *p = vt_alloc(sizeof(*p));
	if (read_plan(p, config, err) == 0)
		return p;
	plan_freep(&p);
	return NULL;
}

void plan_freep(struct plan **plan)
{
	struct plan *p = *plan;
	if (!p)
		return;
	for (size_t i = 0; p->made && i < p->graph.n; i++) {
		free(p->made[i].dev);
		free(p->made[i].uuid);
	}
	free(p->made);
	free(p->mounts);
	free(p->swap.path);
	vt_graph_free(&p->graph);
	vt_graph_free(&p->network);
	free(p);
	*plan = NULL;
}
