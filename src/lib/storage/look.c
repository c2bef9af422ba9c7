#include "storage/look.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "image/qcow.h"
#include "storage/finders.h"

struct vt_look *vt_look_new(
	struct vt_graph *g, const char *dir, const struct vt_facts *facts)
{
	struct vt_look *look = vt_alloc(sizeof(*look));
	*look = (struct vt_look){
		.graph = g, .dir = dir, .facts = facts, .mounts_read = 2};
	for (int side = 0; side < 2; side++) {
		look->found[side] =
			vt_calloc(g->n + 1, sizeof(struct vt_found));
		look->asked[side] = vt_calloc(g->n + 1, 1);
	}
	return look;
}

static void free_found(struct vt_found *f)
{
	for (size_t i = 0; i < f->n; i++) {
		free(f->fields[i].text);
		free(f->fields[i].value);
		free(f->fields[i].more);
		free(f->fields[i].why);
	}
	free(f->fields);
	free(f->why);
	vt_err_free(f->err);
	vt_place_free(f->place);
	if (f->free_own)
		f->free_own(f->own);
}

void vt_look_free(struct vt_look *look)
{
	if (!look)
		return;
	for (int side = 0; side < 2; side++) {
		for (size_t i = 0; i < look->graph->n; i++)
			free_found(&look->found[side][i]);
		free(look->found[side]);
		free(look->asked[side]);
	}
	for (size_t i = 0; i < look->n_images; i++)
		vt_qcow_free(look->images[i]);
	free(look->images);
	vt_devices_free(look->devices);
	vt_mounts_free(&look->mounts);
	free(look);
}

const struct vt_found *vt_look_at(
	struct vt_look *look, const struct vt_dev *d, enum vt_side side)
{
	size_t i = (size_t)(d - look->graph->v);
	struct vt_found *f = &look->found[side][i];
	bool disk = side == VT_SIDE_DISK;
	if (look->asked[side][i])
		return f;
	look->asked[side][i] = 1;
	f->type = d->type;
	vt_finder *find = disk ? vt_find_on_disk(d->type->id)
			       : vt_find_in_facts(d->type->id);
	if (!disk && !look->facts)
		vt_found_untold(f, "nothing was collected");
	else if (find)
		find(look, d, f);
	else
		vt_found_untold(f, "%s '%s' cannot be found in %s",
			d->type->word, d->id,
			disk ? "disk images" : "collected facts");
	if (!disk && f->state == VT_FOUND)
		vt_found_add_dname(look, d, f);
	if (disk && f->state == VT_FOUND)
		vt_found_add_wipe(look, d, f);
	return f;
}

const struct vt_devices *vt_look_devices(struct vt_look *look)
{
	if (!look->devices)
		look->devices = vt_devices_read(look->facts);
	return look->devices;
}

const struct vt_found_field *vt_found_field(
	const struct vt_found *f, const char *word)
{
	for (size_t i = 0; i < f->n; i++)
		if (!strcmp(f->fields[i].word, word))
			return &f->fields[i];
	return NULL;
}

struct vt_found_field *vt_found_add(struct vt_found *f, const char *word)
{
	f->state = VT_FOUND;
	f->fields = vt_realloc(f->fields, f->n + 1, sizeof(*f->fields));
	f->fields[f->n] = (struct vt_found_field){.word = word, .see = f->see};
	return &f->fields[f->n++];
}

__attribute__((format(printf, 3, 0))) static void set_why(struct vt_found *f,
	enum vt_found_state state, const char *fmt, va_list ap)
{
	free(f->why);
	f->state = state;
	if (vasprintf(&f->why, fmt, ap) < 0)
		abort(); /* out of memory, as vt_alloc() */
}

void vt_found_untold(struct vt_found *f, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	set_why(f, VT_UNTOLD, fmt, ap);
	va_end(ap);
}

void vt_found_missing(struct vt_found *f, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	set_why(f, VT_MISSING, fmt, ap);
	va_end(ap);
}

void vt_found_error(struct vt_found *f, struct vt_err **err)
{
	f->state = VT_FOUND_ERROR;
	f->err = *err;
	*err = NULL;
}

const char *vt_found_no_place(const struct vt_found *f)
{
	return f->why              ? f->why
	       : f->type->unmapped ? f->type->unmapped
				   : "its place on the disk images is unknown";
}

void vt_found_pass_on(struct vt_found *f, const struct vt_found *on)
{
	if (on->state == VT_FOUND) {
		vt_found_untold(f, "%s", vt_found_no_place(on));
		return;
	}
	f->state = on->state;
	f->why = vt_strdup(on->why);
	if (on->err)
		vt_err_set(&f->err, on->err->status, "%s", on->err->msg);
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

const struct vt_found *vt_found_below(struct vt_look *look,
	const struct vt_dev *d, const char *role, enum vt_side side,
	struct vt_found *f)
{
	const struct vt_dev *below = vt_dev_ref(d, role);
	const struct vt_found *on =
		below ? vt_look_at(look, below, side) : NULL;
	if (!on) {
		vt_found_untold(f, "the device it is made of is unknown");
		return NULL;
	}
	f->see = on->see;
	if (on->state == VT_FOUND)
		return on;
	vt_found_pass_on(f, on);
	return NULL;
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
