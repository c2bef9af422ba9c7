#include "graph/read_entry.h"

#include <string.h>

#include "base/mem.h"
#include "base/near.h"
#include "base/str.h"
#include "graph/human_size.h"
#include "graph/type.h"

enum { MAX_ENTRIES = 10000 };

/* Values that curtin takes for false beside false, null and 0.
 * Source: its config.value_as_boolean() */
static bool is_false(const struct vt_node *n)
{
	static const char *const words[] = {
		"", "0", "False", "false", "None", "none", NULL};
	long number = 1;
	bool yes = true;
	if (vt_node_bool(n, &yes, NULL) == 0)
		return !yes;
	if (vt_node_type(n) == VT_TYPE_INT)
		return vt_node_int(n, 0, 0, &number, NULL) == 0;
	return vt_node_text(n) && vt_str_in(words, n->text);
}

static int read_texts(
	const struct vt_node *list, const char *word, struct vt_err **err)
{
	const char *text;
	if (vt_node_expect(list, VT_SEQ, err) < 0)
		return -1;
	for (size_t i = 0; i < list->n; i++)
		if (vt_node_string_only(list->items[i], word, &text, err) < 0)
			return -1;
	return 0;
}

static int read_value(struct vt_field *f, struct vt_err **err)
{
	const struct vt_type_key *key = f->key;
	long number;
	switch (key->kind) {
	case VT_KEY_TEXT:
		return vt_node_string_only(f->node, key->word, &f->text, err);
	case VT_KEY_SCALAR:
		if (key->values)
			break;
		return vt_node_str_as_is(f->node, key->word, &f->text, err);
	case VT_KEY_TEXTS:
		return read_texts(f->node, key->word, err);
	case VT_KEY_MAP:
		return vt_node_expect(f->node, VT_MAP, err);
	case VT_KEY_INT:
		if (vt_node_int(f->node, key->min, key->max, &number, err) < 0)
			return -1;
		f->n = (uint64_t)number;
		break;
	case VT_KEY_SIZE:
		if (vt_human_size(f->node, key->fill, &f->n, err) < 0)
			return -1;
		break;
	case VT_KEY_BOOL:
		f->n = !is_false(f->node);
		break;
	default:
		break;
	}
	return vt_node_str(f->node, &f->text, err);
}

static int read_field(struct vt_dev *d, const struct vt_type_key *key,
	const struct vt_node *n, struct vt_err **err)
{
	struct vt_field f = {.key = key, .node = n};
	if (read_value(&f, err) < 0)
		return -1;
	*vt_dev_add(d) = f;
	return 0;
}

static int dangling(const struct vt_graph *g, const struct vt_dev *d,
	const struct vt_type_key *key, const struct vt_node *n,
	struct vt_err **err)
{
	struct vt_near near = vt_near_start(n->text);
	const struct vt_dev *alike = vt_graph_find(g, n->text);
	if (alike)
		return vt_dev_err(d, n, err,
			"its %s '%s' is not the id at line %u, since one of "
			"the two is a string: quote both or neither",
			key->word, n->text, alike->at->pos.line);
	for (size_t i = 0; i < g->n; i++)
		vt_near_try(&near, g->v[i].id);
	return vt_dev_err(d, n, err, "its %s '%s' is not in the config%s",
		key->word, n->text, vt_near_hint(&near, ""));
}

static int wrong_type(const struct vt_graph *g, const struct vt_dev *d,
	const struct vt_type_key *key, const struct vt_dev *used,
	const struct vt_node *n, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str may = VT_STR_INIT;
	for (size_t i = 0; i < g->types->n; i++)
		if (key->refs >> g->types->v[i].id & 1)
			vt_str_item(&may, ", ", g->types->v[i].word);
	return vt_dev_err(d, n, err, "its %s '%s' is a %s, not one of: %s",
		key->word, used->id, used->type->word, may.s);
}

static bool has_id(const struct vt_dev *d, const struct vt_node *n)
{
	return vt_node_same_key(vt_node_get(d->at, "id"), n);
}

/* As PyYAML reads ids: 010 is 8, and not '8'. */
static struct vt_dev *find_id(const struct vt_graph *g, const struct vt_node *n)
{
	struct vt_dev *d = vt_graph_find(g, n->text);
	if (d && has_id(d, n))
		return d;
	for (size_t i = 0; i < g->n; i++)
		if (has_id(&g->v[i], n))
			return &g->v[i];
	return NULL;
}

static int read_ref(struct vt_graph *g, struct vt_dev *d,
	const struct vt_type_key *key, const struct vt_node *n,
	struct vt_err **err)
{
	const char *id;
	if (vt_node_str(n, &id, err) < 0)
		return -1;
	struct vt_dev *used = find_id(g, n);
	if (!used)
		return dangling(g, d, key, n, err);
	if (!(key->refs >> used->type->id & 1))
		return wrong_type(g, d, key, used, n, err);
	d->refs = vt_realloc(d->refs, d->n_refs + 1, sizeof(*d->refs));
	d->refs[d->n_refs++] = (struct vt_edge){key, d, used, n};
	return 0;
}

static int read_refs(struct vt_graph *g, struct vt_dev *d,
	const struct vt_type_key *key, const struct vt_node *n,
	struct vt_err **err)
{
	if (key->kind == VT_KEY_REF)
		return read_ref(g, d, key, n, err);
	if (vt_node_list(n, VT_SCALAR, err) < 0)
		return -1;
	for (size_t i = 0; i < n->n; i++)
		if (read_ref(g, d, key, n->items[i], err) < 0)
			return -1;
	return 0;
}

/* A value that says nothing. */
static bool is_unset(const struct vt_type_key *key, const struct vt_node *n)
{
	bool yes = true;
	if (vt_node_is_null(n))
		return true;
	if (key->flags & VT_KEY_FALSE)
		return is_false(n);
	/* of a logical volume; a partition needs one */
	if (key->kind == VT_KEY_SIZE && !(key->flags & VT_KEY_V2) &&
		vt_str_eq(vt_node_text(n), ""))
		return true;
	/* `wipe: false` */
	return key->values && vt_node_bool(n, &yes, NULL) == 0 && !yes;
}

int vt_entry_key(struct vt_graph *g, struct vt_dev *d,
	const struct vt_type_key *key, const char *name, struct vt_err **err)
{
	const struct vt_node *n = vt_node_get(d->at, name);
	if (is_unset(key, n))
		return 0;
	return vt_type_is_ref(key) ? read_refs(g, d, key, n, err)
				   : read_field(d, key, n, err);
}

static int need_text(const struct vt_node *map, const char *key,
	const char **out, struct vt_err **err)
{
	const struct vt_node *n = vt_node_get(map, key);
	*out = NULL;
	if (!vt_node_is_null(n) && vt_node_str(n, out, err) < 0)
		return -1;
	return *out && **out ? 0
			     : vt_node_err(map, err, "entry without '%s'", key);
}

static int unknown_type(const struct vt_graph *g, const struct vt_dev *d,
	const char *word, struct vt_err **err)
{
	struct vt_near near = vt_near_start(word);
	for (size_t i = 0; i < g->types->n; i++)
		vt_near_try(&near, g->types->v[i].word);
	return vt_dev_err(d, vt_node_get(d->at, "type"), err,
		"unknown type '%s'%s", word, vt_near_hint(&near, ""));
}

int vt_entry_head(struct vt_graph *g, const struct vt_node *n,
	const struct vt_type *type, struct vt_err **err)
{
	struct vt_dev *d = &g->v[g->n++];
	const char *word = NULL;
	d->at = n;
	d->type = type;
	if (vt_node_expect(n, VT_MAP, err) < 0 ||
		(!type && need_text(n, "type", &word, err) < 0) ||
		need_text(n, "id", &d->id, err) < 0)
		return -1;
	if (!type && !(d->type = vt_types_find(g->types, word)))
		return unknown_type(g, d, word, err);
	const struct vt_dev *first = vt_graph_index(g, d);
	if (first == d)
		return 0;
	return vt_node_err(n, err, "the id '%s' is already that of line %u",
		d->id, first->at->pos.line);
}

int vt_entries_reserve(struct vt_graph *g, const struct vt_node *at,
	size_t total, struct vt_err **err)
{
	if (total > MAX_ENTRIES)
		return vt_node_err(at, err, "more than %d %s entries",
			MAX_ENTRIES, g->types->what);
	/* one more for the swap file */
	g->v = vt_calloc(total + 1, sizeof(*g->v));
	return 0;
}
