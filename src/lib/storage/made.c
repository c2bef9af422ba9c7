/* Disks of a config that are no disks of the machine: their path is that of a
 * device which another entry makes. */
#include "storage/made.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "storage/dname.h"
#include "storage/types.h"

/* The path by which curtin finds what an entry makes, or NULL; owned.
 * @n: the number of bcaches before it
 * Source: its get_path_to_storage_volume() */
static char *path_of(const struct vt_dev *d, size_t n)
{
	const char *name = vt_dev_text(d, "name");
	const struct vt_dev *group = vt_dev_ref(d, "volgroup");
	if (vt_dev_is(d, VT_BCACHE))
		return vt_printf("/dev/bcache%zu", n);
	if (vt_dev_is(d, VT_DM_CRYPT)) {
		name = vt_dev_text(d, "dm_name");
		return vt_printf("/dev/mapper/%s", name ? name : d->id);
	}
	if (vt_dev_is(d, VT_LVM_PARTITION) && group) {
		VT_AUTO_FREE char *mapper =
			vt_mapper_name(vt_dev_text(group, "name"), name);
		return vt_printf("/dev/mapper/%s", mapper);
	}
	if (!vt_dev_is(d, VT_RAID) || !name)
		return NULL;
	if (vt_str_starts(name, "/dev/"))
		name += strlen("/dev/");
	bool number = vt_str_starts(name, "md") && name[2] &&
		      !name[2 + strspn(name + 2, "0123456789")];
	return vt_printf("/dev/%s%s",
		number || vt_str_starts(name, "md/") ? "" : "md/", name);
}

/* The kernel numbers bcaches in the order in which they are made; of those that
 * are kept the numbers are unknown. */
static const struct vt_dev *maker_of(
	const struct vt_graph *g, const struct vt_dev *disk)
{
	const char *path = vt_dev_text(disk, "path");
	const struct vt_dev *maker = NULL;
	size_t bcaches = 0;
	bool kept = false;
	if (!path || vt_dev_text(disk, "serial") || vt_dev_text(disk, "wwn"))
		return NULL;
	for (size_t i = 0; i < g->n; i++) {
		const struct vt_dev *d = &g->v[i];
		bool bcache = vt_dev_is(d, VT_BCACHE);
		VT_AUTO_FREE char *its = path_of(d, bcaches);
		bcaches += bcache;
		kept |= bcache && vt_dev_num(d, "preserve");
		if (vt_str_eq(its, path))
			maker = d;
	}
	return vt_dev_is(maker, VT_BCACHE) && kept ? NULL : maker;
}

void vt_realise_made(struct vt_graph *g)
{
	for (size_t i = 0; i < g->n; i++) {
		struct vt_dev *d = &g->v[i];
		const struct vt_dev *maker =
			vt_dev_is(d, VT_DISK) ? maker_of(g, d) : NULL;
		if (maker)
			vt_dev_set(d, vt_type_key(d->type, "made_by"),
				maker->id, 0);
	}
}
