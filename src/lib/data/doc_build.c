/* Create, copy, merge and compare nodes. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "data/doc.h"
#include "data/doc_internal.h"

static struct vt_node **grow(
	struct vt_doc *doc, struct vt_node **old, size_t n, size_t cap)
{
	struct vt_node **v = vt_arena_alloc(doc->arena, cap * sizeof(*v));

	if (n)
		memcpy(v, old, n * sizeof(*v));
	return v;
}

void vt_node_append(struct vt_doc *doc, struct vt_node *n, struct vt_node *key,
	struct vt_node *item)
{
	/* the capacity is 4, 8, 16...: full when n is one of these */
	if (n->n == 0 || (n->n >= 4 && (n->n & (n->n - 1)) == 0)) {
		size_t cap = n->n ? n->n * 2 : 4;
		n->items = grow(doc, n->items, n->n, cap);
		if (key)
			n->keys = grow(doc, n->keys, n->n, cap);
	}
	if (key)
		n->keys[n->n] = key;
	n->items[n->n++] = item;
}

static struct vt_node *scalar(struct vt_doc *doc, const char *s, bool plain)
{
	struct vt_node *n = vt_node_new(doc, VT_SCALAR);

	n->text = vt_arena_strndup(doc->arena, s, strlen(s));
	n->plain = plain;
	return n;
}

struct vt_node *vt_node_map(struct vt_doc *doc)
{
	return vt_node_new(doc, VT_MAP);
}

struct vt_node *vt_node_seq(struct vt_doc *doc)
{
	return vt_node_new(doc, VT_SEQ);
}

struct vt_node *vt_node_string(struct vt_doc *doc, const char *s)
{
	return scalar(doc, s, false);
}

struct vt_node *vt_node_number(struct vt_doc *doc, int64_t v)
{
	VT_AUTO_FREE char *s = vt_printf("%" PRId64, v);

	return scalar(doc, s, true);
}

struct vt_node *vt_node_plain(struct vt_doc *doc, const char *text)
{
	return scalar(doc, text, true);
}

struct vt_node *vt_node_boolean(struct vt_doc *doc, bool v)
{
	return scalar(doc, v ? "true" : "false", true);
}

void vt_node_set(struct vt_doc *doc, struct vt_node *map, const char *key,
	struct vt_node *value)
{
	for (size_t i = 0; i < map->n; i++) {
		if (strcmp(map->keys[i]->text, key) == 0) {
			map->items[i] = value;
			return;
		}
	}
	vt_node_append(doc, map, vt_node_string(doc, key), value);
}

void vt_node_drop(struct vt_node *map, const char *key)
{
	size_t i = 0;
	while (i < map->n && strcmp(map->keys[i]->text, key) != 0)
		i++;
	if (i == map->n)
		return;
	size_t after = --map->n - i;
	memmove(&map->keys[i], &map->keys[i + 1], after * sizeof(*map->keys));
	memmove(&map->items[i], &map->items[i + 1],
		after * sizeof(*map->items));
}

void vt_node_set_str(struct vt_doc *doc, struct vt_node *map, const char *key,
	const char *value)
{
	if (value)
		vt_node_set(doc, map, key, vt_node_string(doc, value));
}

void vt_node_push(struct vt_doc *doc, struct vt_node *seq, struct vt_node *v)
{
	vt_node_append(doc, seq, NULL, v);
}

/* Copy the node, but not its children. */
static struct vt_node *copy_shallow(struct vt_doc *doc, const struct vt_node *n)
{
	struct vt_node *c = vt_node_new(doc, n->kind);

	c->pos = n->pos;
	c->pos.file = vt_arena_name(doc->arena, n->pos.file);
	c->plain = n->plain;
	if (n->text)
		c->text =
			vt_arena_strndup(doc->arena, n->text, strlen(n->text));
	for (size_t i = 0; i < n->n; i++)
		vt_node_append(
			doc, c, n->keys ? n->keys[i] : NULL, n->items[i]);
	return c;
}

struct vt_node *vt_node_copy(struct vt_doc *doc, const struct vt_node *n)
{
	struct vt_node *c = copy_shallow(doc, n);

	for (size_t i = 0; i < c->n; i++) {
		if (c->keys)
			c->keys[i] = vt_node_copy(doc, c->keys[i]);
		c->items[i] = vt_node_copy(doc, c->items[i]);
	}
	return c;
}

/* An entry of a map, for sorting. */
struct pair {
	struct vt_node *key, *item;
	size_t rank; /* its place in the map; orders equal keys */
};

static int by_key(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	int c = strcmp(x->key->text, y->key->text);

	return c ? c : x->rank < y->rank ? -1 : x->rank > y->rank;
}

static int by_key_only(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	return strcmp(x->key->text, y->key->text);
}

/* The entries of a map, sorted by key. Return: owned; NULL if there is none */
static struct pair *pairs_of(const struct vt_node *map)
{
	struct pair *pairs;

	if (map->n == 0)
		return NULL;
	pairs = vt_calloc(map->n, sizeof(*pairs));
	for (size_t i = 0; i < map->n; i++)
		pairs[i] = (struct pair){map->keys[i], map->items[i], i};
	qsort(pairs, map->n, sizeof(*pairs), by_key);
	return pairs;
}

/* A copy of a map that is shared by an alias. Its children are the same nodes,
 * and become shared in turn. */
static struct vt_node *unshare(struct vt_doc *doc, struct vt_node *n)
{
	if (!n->shared)
		return n;
	struct vt_node *own = copy_shallow(doc, n);
	for (size_t i = 0; i < own->n; i++)
		own->items[i]->shared = true;
	return own;
}

struct vt_node *vt_node_merge(
	struct vt_doc *doc, struct vt_node *base, const struct vt_node *over)
{
	if (!base || base->kind != VT_MAP || over->kind != VT_MAP)
		return vt_node_copy(doc, over);
	base = unshare(doc, base);
	size_t n = base->n;
	VT_AUTO_FREE struct pair *known = pairs_of(base);
	for (size_t i = 0; i < over->n; i++) {
		struct pair want = {.key = over->keys[i]};
		const struct pair *have =
			n ? bsearch(&want, known, n, sizeof(want), by_key_only)
			  : NULL;
		if (have)
			base->items[have->rank] =
				vt_node_merge(doc, have->item, over->items[i]);
		else
			vt_node_append(doc, base,
				vt_node_copy(doc, over->keys[i]),
				vt_node_copy(doc, over->items[i]));
	}
	return base;
}

static bool bool_value(const struct vt_node *n)
{
	bool v = false;

	vt_node_bool(n, &v, NULL);
	return v;
}

static bool scalar_equal(const struct vt_node *a, const struct vt_node *b)
{
	enum vt_scalar_type type = vt_node_type(a);

	if (type != vt_node_type(b))
		return false;
	if (type == VT_TYPE_NULL)
		return true;
	if (type == VT_TYPE_BOOL)
		return bool_value(a) == bool_value(b);
	return strcmp(a->text, b->text) == 0;
}

bool vt_node_same_key(const struct vt_node *a, const struct vt_node *b)
{
	long x, y;

	if (vt_node_type(a) == VT_TYPE_INT && vt_node_type(b) == VT_TYPE_INT &&
		vt_scalar_int(a->text, &x) == 0 &&
		vt_scalar_int(b->text, &y) == 0)
		return x == y;
	return scalar_equal(a, b);
}

bool vt_node_equal(const struct vt_node *a, const struct vt_node *b)
{
	if (a == b)
		return true;
	if (!a || !b || a->kind != b->kind || a->n != b->n)
		return false;
	if (a->kind == VT_SCALAR)
		return scalar_equal(a, b);
	if (a->kind == VT_SEQ) {
		for (size_t i = 0; i < a->n; i++) {
			if (!vt_node_equal(a->items[i], b->items[i]))
				return false;
		}
		return true;
	}
	VT_AUTO_FREE struct pair *x = pairs_of(a);
	VT_AUTO_FREE struct pair *y = pairs_of(b);
	for (size_t i = 0; i < a->n; i++) {
		if (!scalar_equal(x[i].key, y[i].key) ||
			!vt_node_equal(x[i].item, y[i].item))
			return false;
	}
	return true;
}
