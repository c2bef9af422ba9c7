#include "base/str.h"
#include "graph/expect.h"
#include "graph/read_entry.h"
#include "graph/type.h"

static int keys_known(
	const struct vt_graph *g, const struct vt_dev *d, struct vt_err **err)
{
	const char *known[64] = {"id", "at", "places"};
	size_t n = 3;
	for (const char *const *w = g->types->written; w && *w; w++)
		known[n++] = *w;
	for (const struct vt_type_key *k = d->type->keys; k->word; k++)
		if (vt_type_key_expected(k))
			known[n++] = vt_type_key_expected(k);
	known[n] = NULL;
	return vt_node_keys_known(d->at, known, err);
}

/* What verify.yaml has beside the type's keys. */
static int read_written(
	const struct vt_graph *g, struct vt_dev *d, struct vt_err **err)
{
	const struct vt_node *at = vt_node_get(d->at, "at");
	if (keys_known(g, d, err) < 0 ||
		(at && vt_node_str(at, &d->place, err) < 0))
		return -1;
	return g->types->read ? g->types->read(d, err) : 0;
}

static int read_places(struct vt_dev *d, struct vt_err **err)
{
	const struct vt_node *places = vt_node_get(d->at, "places");
	for (size_t i = 0; i < d->n_fields; i++) {
		struct vt_field *f = &d->fields[i];
		const struct vt_node *n =
			vt_node_get(places, vt_type_key_expected(f->key));
		f->expected = f->key->like;
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
	const struct vt_types *types = g->types;
	const char *known[32] = {NULL};
	size_t total = 0;
	for (size_t t = 0; t < types->n; t++)
		known[t] = types->v[t].list;
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
	for (size_t t = 0; t < types->n; t++) {
		const struct vt_type *type = &types->v[t];
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

int vt_graph_read_expected(
	struct vt_graph *g, const struct vt_node *map, struct vt_err **err)
{
	if (vt_node_is_null(map))
		return 0;
	if (read_lists(g, map, err) < 0)
		return -1;
	for (size_t i = 0; i < g->n; i++) {
		struct vt_dev *d = &g->v[i];
		if (read_written(g, d, err) < 0)
			return -1;
		if (read_keys(g, d, err) < 0)
			return -1;
		if (read_places(d, err) < 0)
			return -1;
	}
	return vt_graph_link(g, err);
}
