#include "graph/look.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct vt_look *vt_look_new(struct vt_graph *g,
	const struct vt_finders *finders, void *own,
	const struct vt_facts *facts)
{
	struct vt_look *look = vt_alloc(sizeof(*look));
	*look = (struct vt_look){
		.graph = g, .finders = finders, .own = own, .facts = facts};
	for (int side = 0; side < 2; side++) {
		look->found[side] =
			vt_calloc(g->n + 1, sizeof(struct vt_found));
		look->asked[side] = vt_calloc(g->n + 1, 1);
	}
	return look;
}

static void free_found(const struct vt_look *look, struct vt_found *f)
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
	if (look->finders->free_found)
		look->finders->free_found(f);
	if (f->free_own)
		f->free_own(f->own);
}

void vt_look_free(struct vt_look *look)
{
	if (!look)
		return;
	for (int side = 0; side < 2; side++) {
		for (size_t i = 0; i < look->graph->n; i++)
			free_found(look, &look->found[side][i]);
		free(look->found[side]);
		free(look->asked[side]);
	}
	if (look->finders->free_own)
		look->finders->free_own(look->own);
	free(look);
}

const struct vt_found *vt_look_at(
	struct vt_look *look, const struct vt_dev *d, enum vt_side side)
{
	size_t i = (size_t)(d - look->graph->v);
	struct vt_found *f = &look->found[side][i];
	const struct vt_finders *how = look->finders;
	bool disk = side == VT_SIDE_DISK;
	if (look->asked[side][i])
		return f;
	look->asked[side][i] = 1;
	f->type = d->type;
	vt_finder *find = how->find(d->type->id, side);
	if (!disk && !look->facts)
		vt_found_untold(f, "nothing was collected");
	else if (find)
		find(look, d, f);
	else
		vt_found_untold(f, "%s '%s' cannot be found in %s",
			d->type->word, d->id,
			disk ? "disk images" : "collected facts");
	if (how->add && f->state == VT_FOUND)
		how->add(look, d, side, f);
	return f;
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

void vt_found_copy_state(struct vt_found *f, const struct vt_found *on)
{
	f->state = on->state;
	f->why = vt_strdup(on->why);
	if (on->err)
		vt_err_set(&f->err, on->err->status, "%s", on->err->msg);
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
	vt_found_copy_state(f, on);
	return NULL;
}
