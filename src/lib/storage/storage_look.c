#include "storage/storage_look.h"

#include <stdlib.h>

#include "base/mem.h"
#include "image/qcow.h"
#include "storage/finders.h"
#include "storage/size.h"

static vt_finder *find(unsigned type, enum vt_side side)
{
	return side == VT_SIDE_DISK ? vt_find_on_disk(type)
				    : vt_find_in_facts(type);
}

static void add(struct vt_look *look, const struct vt_dev *d, enum vt_side side,
	struct vt_found *f)
{
	if (side == VT_SIDE_DISK)
		vt_found_add_wipe(look, d, f);
	else
		vt_found_add_dname(look, d, f);
}

static void free_place(struct vt_found *f)
{
	vt_place_free(f->place);
}

static void free_shared(void *own)
{
	struct vt_storage_look *s = own;
	for (size_t i = 0; i < s->n_images; i++)
		vt_qcow_free(s->images[i]);
	free(s->images);
	vt_devices_free(s->devices);
	vt_mounts_free(&s->mounts);
	free(s);
}

static const struct vt_finders finders = {
	.side = "disk",
	.both = "disk and facts",
	.find = find,
	.add = add,
	.likes = vt_storage_likes,
	.free_found = free_place,
	.free_own = free_shared,
};

struct vt_look *vt_storage_look_new(
	struct vt_graph *g, const char *dir, const struct vt_facts *facts)
{
	struct vt_storage_look *s = vt_alloc(sizeof(*s));
	*s = (struct vt_storage_look){.dir = dir, .mounts_read = 2};
	return vt_look_new(g, &finders, s, facts);
}

struct vt_storage_look *vt_storage_look(const struct vt_look *look)
{
	return look->own;
}

const struct vt_devices *vt_look_devices(struct vt_look *look)
{
	struct vt_storage_look *s = vt_storage_look(look);
	if (!s->devices)
		s->devices = vt_devices_read(look->facts);
	return s->devices;
}

const char *vt_found_no_place(const struct vt_found *f)
{
	const struct vt_space *space = f->type->space;
	return f->why                     ? f->why
	       : space && space->unmapped ? space->unmapped
					  : "its place on the disk images is "
					    "unknown";
}

void vt_found_pass_on(struct vt_found *f, const struct vt_found *on)
{
	if (on->state == VT_FOUND) {
		vt_found_untold(f, "%s", vt_found_no_place(on));
		return;
	}
	vt_found_copy_state(f, on);
}

bool vt_found_place(struct vt_found *f, struct vt_map *map)
{
	f->place = vt_place_new(map);
	if (!f->place && !f->why)
		f->why = vt_strdup("it has more layers than are read on disk "
				   "images");
	return f->place;
}

bool vt_found_stretch(
	struct vt_found *f, const struct vt_found *on, struct vt_stretch *out)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	if (vt_place_stretch(on->place, out, &err) == 0)
		return true;
	vt_found_error(f, &err);
	return false;
}

const struct vt_found *vt_found_part(
	struct vt_look *look, const struct vt_dev *part, struct vt_found *f)
{
	const struct vt_found *on = vt_look_at(look, part, VT_SIDE_DISK);
	f->see = on->see;
	if (on->state == VT_FOUND && on->place)
		return on;
	vt_found_pass_on(f, on);
	return NULL;
}

const struct vt_found *vt_found_placed(struct vt_look *look,
	const struct vt_dev *d, const char *role, struct vt_found *f)
{
	const struct vt_found *on =
		vt_found_below(look, d, role, VT_SIDE_DISK, f);
	if (!on || on->place)
		return on;
	vt_found_pass_on(f, on);
	return NULL;
}
