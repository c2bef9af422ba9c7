#include "storage/read.h"

#include "base/str.h"
#include "storage/read_entry.h"
#include "storage/types.h"

/* Of verify.yaml, in addition to the keys of the type. */
static const char *const written[] = {
	"id", "at", "places", "image", "overlay", "sector_size", NULL};

static int keys_known(const struct vt_dev *d, struct vt_err **err)
{
	const char *known[64];
	size_t n = 0;
	for (const char *const *w = written; *w; w++)
		known[n++] = *w;
	for (const struct vt_type_key *k = d->type->keys; k->word; k++)
		if (vt_type_key_expected(k))
			known[n++] = vt_type_key_expected(k);
	known[n] = NULL;
	return vt_node_keys_known(d->at, known, err);
}

/* What verify.yaml has beside the type's keys. */
static int read_written(struct vt_dev *d, struct vt_err **err)
{
	const struct vt_node *at = vt_node_get(d->at, "at");
	const struct vt_node *image = vt_node_get(d->at, "image");
	const struct vt_node *overlay = vt_node_get(d->at, "overlay");
	const struct vt_node *sector = vt_node_get(d->at, "sector_size");
	long bytes = 512;
	if (keys_known(d, err) < 0 ||
		(at && vt_node_str(at, &d->place, err) < 0) ||
		(image && vt_node_str(image, &d->image, err) < 0) ||
		(overlay && vt_node_bool(overlay, &d->overlay, err) < 0) ||
		(sector && vt_node_int(sector, 512, 65536, &bytes, err) < 0))
		return -1;
	if (bytes & (bytes - 1))
		return vt_node_err(sector, err,
			"a sector size is a power of 2, not %ld", bytes);
	d->sector_bytes = (unsigned)bytes;
	return 0;
}

static int read_places(struct vt_dev *d, struct vt_err **err)
{
	const struct vt_node *places = vt_node_get(d->at, "places");
	for (size_t i = 0; i < d->n_fields; i++) {
		struct vt_field *f = &d->fields[i];
		const struct vt_node *n =
			vt_node_get(places, vt_type_key_expected(f->key));
		f->expected = f->key->like != VT_LIKE_NONE;
		if (n && vt_node_str(n, &f->place, err) < 0)
			return -1;
		for (size_t k = 0; f->key->kind == VT_KEY_MAP && k < f->node->n;
			k++)
			if (vt_node_expect(f->node->items[k], VT_SCALAR, err) <
				0)
				return -1;
	}
	return places ? vt_node_expect(places, VT_MAP, err) : 0;
}

/* The heads of all lists. */
static int read_lists(
	struct vt_graph *g, const struct vt_node *map, struct vt_err **err)
{
	const struct vt_type *type;
	const char *known[32];
	size_t n = 0, total = 0;
	for (size_t t = 0; (type = vt_type_at(t)); t++)
		known[n++] = type->list;
	known[n] = NULL;
	if (vt_node_expect(map, VT_MAP, err) < 0 ||
		vt_node_keys_known(map, known, err) < 0)
		return -1;
	for (size_t i = 0; i < map->n; i++) {
		if (vt_node_expect(map->items[i], VT_SEQ, err) < 0)
			return -1;
		total += map->items[i]->n;
	}
	if (vt_entries_reserve(g, map, total, err) < 0)
		return -1;
	for (size_t t = 0; (type = vt_type_at(t)); t++) {
		const struct vt_node *list = vt_node_get(map, type->list);
		for (size_t i = 0; list && i < list->n; i++)
			if (vt_entry_head(g, list->items[i], type, err) < 0)
				return -1;
	}
	return 0;
}

/* The file system of a format that is kept may be of any type: only values that
 * are listed are checked. */
static int read_keys(struct vt_graph *g, struct vt_dev *d, struct vt_err **err)
{
	for (const struct vt_type_key *k = d->type->keys; k->word; k++) {
		const char *name = vt_type_key_expected(k);
		if ((name && vt_entry_key(g, d, k, name, err) < 0) ||
			(k->values && vt_entry_value(d, k->word, err) < 0))
			return -1;
	}
	return 0;
}

int vt_storage_read_expected(
	struct vt_graph *g, const struct vt_node *map, struct vt_err **err)
{
	if (vt_node_is_null(map))
		return 0;
	if (read_lists(g, map, err) < 0)
		return -1;
	for (size_t i = 0; i < g->n; i++) {
		struct vt_dev *d = &g->v[i];
		if (read_written(d, err) < 0)
			return -1;
		if (read_keys(g, d, err) < 0)
			return -1;
		if (read_places(d, err) < 0)
			return -1;
	}
	return vt_graph_link(g, err);
}
