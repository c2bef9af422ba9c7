/* Volume groups and logical volumes on disk images: what the physical volumes
 * say of their group. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "image/lvm.h"
#include "storage/finders.h"

struct group {
	struct vt_lvm *members; /* of each reference; uuid "": no label */
	size_t n;
	const struct vt_lvm_group *best; /* the newest metadata */
};

static void free_group(void *own)
{
	struct group *g = own;
	for (size_t i = 0; i < g->n; i++)
		vt_lvm_free(&g->members[i]);
	free(g->members);
	free(g);
}

/* Return: false: the reason is in f */
static bool read_member(struct vt_look *look, const struct vt_dev *device,
	struct vt_lvm *out, struct vt_found *f)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	struct vt_stretch at;
	const struct vt_found *on = vt_found_part(look, device, f);
	if (!on || !vt_found_stretch(f, on, &at))
		return false;
	if (vt_lvm_read(at.path, at.offset_bytes, at.size_bytes, out, &err) >=
		0)
		return true;
	vt_found_error(f, &err);
	return false;
}

/* The index of the member that is a physical volume of the group, or -1. */
static ssize_t member_of(const struct group *g, const char *uuid)
{
	for (size_t i = 0; i < g->n; i++)
		if (!strcmp(g->members[i].uuid, uuid))
			return (ssize_t)i;
	return -1;
}

/* "p5, p6": the members by their ids, in the config's order; then others. */
static void add_members(
	struct vt_found *f, const struct vt_dev *d, const struct group *g)
{
	struct vt_str ids = VT_STR_INIT;
	for (size_t i = 0; i < g->n; i++)
		for (size_t k = 0; k < g->best->n_pvs; k++)
			if (!strcmp(g->best->pvs[k].uuid, g->members[i].uuid))
				vt_str_item(&ids, ", ", d->refs[i].used->id);
	for (size_t k = 0; k < g->best->n_pvs; k++)
		if (member_of(g, g->best->pvs[k].uuid) < 0)
			vt_str_addf(&ids, "%sanother device (PV UUID %s)",
				ids.len ? ", " : "", g->best->pvs[k].uuid);
	struct vt_found_field *field = vt_found_add(f, "devices");
	field->value = vt_str_take(&ids);
	field->text = vt_strdup(*field->value ? field->value : "none");
}

void vt_find_volgroup(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	struct group *g = f->own = vt_alloc(sizeof(*g));
	f->free_own = free_group;
	g->members = vt_calloc(d->n_refs + 1, sizeof(*g->members));
	for (; g->n < d->n_refs; g->n++) {
		struct vt_lvm *m = &g->members[g->n];
		if (!read_member(look, d->refs[g->n].used, m, f))
			return;
		if (m->group.name &&
			(!g->best || m->group.seqno > g->best->seqno))
			g->best = &m->group;
	}
	if (!g->best) {
		vt_found_missing(
			f, "no device of '%s' has LVM metadata", d->id);
		return;
	}
	struct vt_found_field *field = vt_found_add(f, "name");
	field->value = vt_strdup(g->best->name);
	field->text = vt_printf("'%s'", g->best->name);
	add_members(f, d, g);
}

/* Maps of segments or stripes. */
struct maps {
	struct vt_map **v;
	size_t n;
};

static void free_maps(struct maps *m)
{
	for (size_t i = 0; i < m->n; i++)
		vt_map_unref(m->v[i]);
	free(m->v);
}
#define AUTO_MAPS __attribute__((cleanup(free_maps)))

/* Extents of a physical volume; NULL: it is not among the devices. */
static struct vt_map *map_extents(struct vt_look *look,
	const struct vt_dev *group, const struct vt_lvm_stripe *s,
	uint64_t extents)
{
	const struct group *g = vt_look_at(look, group, VT_SIDE_DISK)->own;
	const struct vt_lvm_pv *pv = &g->best->pvs[s->pv];
	uint64_t unit = g->best->extent_bytes;
	ssize_t m = member_of(g, pv->uuid);
	if (m < 0)
		return NULL;
	const struct vt_found *on =
		vt_look_at(look, group->refs[m].used, VT_SIDE_DISK);
	return vt_map_slice(vt_place_map(on->place),
		pv->start_bytes + s->extent * unit, extents * unit);
}

/* Return: NULL: why is in f */
static struct vt_map *map_segment(struct vt_look *look,
	const struct vt_dev *group, const struct vt_lvm_segment *s,
	struct vt_found *f)
{
	const struct group *g = vt_look_at(look, group, VT_SIDE_DISK)->own;
	AUTO_MAPS struct maps stripes = {0};
	if (!s->n) {
		f->why = vt_printf("LVM segments of type '%s' are not read on "
				   "disk images",
			s->type);
		return NULL;
	}
	stripes.v = vt_calloc(s->n, sizeof(struct vt_map *));
	for (; stripes.n < s->n; stripes.n++) {
		stripes.v[stripes.n] = map_extents(
			look, group, &s->stripes[stripes.n], s->extents / s->n);
		if (stripes.v[stripes.n])
			continue;
		f->why = vt_printf("physical volume %s of the group is not in "
				   "the config",
			g->best->pvs[s->stripes[stripes.n].pv].uuid);
		return NULL;
	}
	if (s->n == 1)
		return vt_map_ref(stripes.v[0]);
	return vt_map_array(stripes.v, s->n,
		&(struct vt_map_array){.chunk_bytes = s->stripe_bytes,
			.part_bytes =
				s->extents / s->n * g->best->extent_bytes});
}

static void add_place(struct vt_look *look, const struct vt_dev *group,
	const struct vt_lvm_lv *lv, struct vt_found *f)
{
	AUTO_MAPS struct maps all = {
		.v = vt_calloc(lv->n + 1, sizeof(struct vt_map *))};
	for (; all.n < lv->n; all.n++) {
		all.v[all.n] =
			map_segment(look, group, &lv->segments[all.n], f);
		if (!all.v[all.n])
			break;
	}
	vt_found_place(f, all.n == lv->n ? vt_map_concat(all.v, all.n) : NULL);
}

void vt_find_lvm_partition(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	const char *name = vt_dev_text(d, "name");
	const struct vt_dev *group = vt_dev_ref(d, "volgroup");
	const struct vt_found *on =
		vt_found_below(look, d, "volgroup", VT_SIDE_DISK, f);
	if (!on)
		return;
	const struct group *g = on->own;
	const struct vt_lvm_lv *lv = NULL;
	for (size_t i = 0; i < g->best->n_lvs && !lv; i++)
		if (!strcmp(g->best->lvs[i].name, name))
			lv = &g->best->lvs[i];
	if (!lv) {
		vt_found_missing(f, "group '%s' has no volume '%s'",
			g->best->name, name);
		return;
	}
	struct vt_found_field *field = vt_found_add(f, "name");
	field->value = vt_strdup(lv->name);
	field->text = vt_printf("'%s'", lv->name);
	field = vt_found_add(f, "size");
	field->unit = g->best->extent_bytes;
	field->n = lv->extents * field->unit;
	add_place(look, group, lv, f);
}
