#include "graph/expect.h"

#include "base/mem.h"
#include "base/str.h"
#include "graph/type.h"

static struct vt_node *properties(const struct vt_graph *g,
	const struct vt_node *from, struct vt_doc *doc)
{
	struct vt_node *map = vt_node_map(doc);
	for (size_t i = 0; from && i < from->n; i++)
		vt_node_set_str(doc, map, from->keys[i]->text,
			g->types->map_value(from->items[i]));
	return map->n ? map : NULL;
}

static struct vt_node *value(
	const struct vt_graph *g, const struct vt_field *f, struct vt_doc *doc)
{
	switch (f->key->kind) {
	case VT_KEY_BOOL:
		return vt_node_boolean(doc, f->n);
	case VT_KEY_INT:
	case VT_KEY_SIZE:
		return vt_node_number(doc, (int64_t)f->n);
	case VT_KEY_MAP:
		return properties(g, f->node, doc);
	default:
		return f->text ? vt_node_string(doc, f->text) : NULL;
	}
}

/* Whether a finder identifies the device by it. */
static bool identifies(const struct vt_field *f)
{
	return (f->key->flags & VT_KEY_IDENTITY) && !(f->text && !*f->text);
}

static struct vt_node *ids(const struct vt_dev *d,
	const struct vt_type_key *key, struct vt_doc *doc)
{
	struct vt_node *list = vt_node_seq(doc);
	for (size_t i = 0; i < d->n_refs; i++)
		if (d->refs[i].key == key)
			vt_node_push(doc, list,
				vt_node_string(doc, d->refs[i].used->id));
	if (key->kind == VT_KEY_REF)
		return list->n ? list->items[0] : NULL;
	return list->n ? list : NULL;
}

/* A statement on another line than its entry has its own position. */
static void add_place(const struct vt_dev *d, const struct vt_field *f,
	struct vt_doc *doc, struct vt_node *places)
{
	if (!f->expected || !f->node || !f->node->pos.file ||
		f->node->pos.line == d->at->pos.line)
		return;
	VT_AUTO_FREE char *place = vt_node_at(f->node);
	vt_node_set_str(doc, places, vt_type_key_expected(f->key), place);
}

static struct vt_node *entry(
	const struct vt_graph *g, const struct vt_dev *d, struct vt_doc *doc)
{
	struct vt_node *map = vt_node_map(doc), *places = vt_node_map(doc);
	VT_AUTO_FREE char *at = vt_node_at(d->at);
	vt_node_set_str(doc, map, "id", d->id);
	vt_node_set_str(doc, map, "at", at);
	if (g->types->write)
		g->types->write(d, doc, map);
	for (const struct vt_type_key *k = d->type->keys; k->word; k++) {
		const struct vt_field *f = vt_dev_field(d, k->word);
		const char *name = vt_type_key_expected(k);
		struct vt_node *v = NULL;
		if (!name)
			continue;
		if (vt_type_is_ref(k))
			v = ids(d, k, doc);
		else if (f && (f->expected || identifies(f)))
			v = value(g, f, doc);
		if (v)
			vt_node_set(doc, map, name, v);
		if (v && f)
			add_place(d, f, doc, places);
	}
	if (places->n)
		vt_node_set(doc, map, "places", places);
	return map;
}

struct vt_node *vt_graph_write(const struct vt_graph *g, struct vt_doc *doc)
{
	struct vt_node *lists = vt_node_map(doc);
	for (size_t t = 0; t < g->types->n; t++) {
		const struct vt_type *type = &g->types->v[t];
		struct vt_node *list = vt_node_seq(doc);
		for (size_t i = 0; i < g->n; i++)
			if (g->v[i].type == type)
				vt_node_push(
					doc, list, entry(g, &g->v[i], doc));
		if (list->n)
			vt_node_set(doc, lists, type->list, list);
	}
	return lists;
}
