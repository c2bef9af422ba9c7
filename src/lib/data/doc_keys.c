/* The keys of a map: duplicate keys and merge keys, as PyYAML reads them. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/doc.h"
#include "data/doc_parser.h"

enum { MAX_WARNINGS = 100 };

struct entry {
	struct vt_node *key, *item;
	const char *id; /* equal for keys that are equal to PyYAML */
	size_t rank;    /* its place in the map */
	bool own;       /* not from a merge key */
};

/* In the order in which PyYAML adds them to a dict: those of merge keys, then
 * the map's own. A later entry replaces an earlier one of the same key. */
struct entries {
	struct entry *v;
	size_t n;
};
#define AUTO_ENTRIES __attribute__((cleanup(entries_free)))

static void entries_free(struct entries *e)
{
	free(e->v);
}

static bool is_merge_key(const struct vt_node *key)
{
	return key->plain && strcmp(key->text, "<<") == 0;
}

static void add_entries(struct vt_parser *p, struct entries *e,
	const struct vt_node *map, bool own)
{
	e->v = vt_realloc(e->v, e->n + map->n + 1, sizeof(*e->v));
	for (size_t i = 0; i < map->n; i++) {
		struct vt_node *key = map->keys[i];
		if (own && is_merge_key(key))
			continue;
		map->items[i]->shared |= !own;
		e->v[e->n] = (struct entry){.key = key,
			.item = map->items[i],
			.id = vt_scalar_id(p->doc, key),
			.rank = e->n,
			.own = own};
		e->n++;
	}
}

/* Of a list, the first map has precedence, and so is added last. */
static int add_merged(
	struct vt_parser *p, struct entries *e, const struct vt_node *from)
{
	if (from->kind == VT_MAP) {
		add_entries(p, e, from, false);
		return 0;
	}
	if (from->kind != VT_SEQ)
		return vt_parser_fail(p, from->pos,
			"merge key '<<': expected a map or a list of maps, "
			"found %s",
			vt_node_kind_name(from));
	for (size_t i = from->n; i-- > 0;) {
		const struct vt_node *map = from->items[i];
		if (map->kind != VT_MAP)
			return vt_parser_fail(p, map->pos,
				"merge key '<<': expected a list of maps, "
				"found %s in it",
				vt_node_kind_name(map));
		add_entries(p, e, map, false);
	}
	return 0;
}

/* Whether the installer would do without something that the config says. */
static bool is_loss(const struct vt_node *dropped, const struct vt_node *used)
{
	if (vt_node_is_null(dropped) || vt_node_equal(dropped, used))
		return false;
	return dropped->kind == VT_SCALAR ? used->kind != VT_SCALAR
					  : dropped->n > 0;
}

/* A config may repeat a key, as some of curtin's examples do, unless a list or
 * a map gets lost. */
static int check_duplicate(struct vt_parser *p, const struct entry *first,
	const struct entry *second)
{
	const struct vt_pos old = first->key->pos, pos = second->key->pos;
	VT_AUTO_FREE char *key = vt_doc_quoted(second->key->text);

	if (!p->warnings)
		return vt_parser_fail(p, pos,
			"duplicate key %s, first at line %u, column %u", key,
			old.line, old.column);
	if (is_loss(first->item, second->item))
		return vt_parser_fail(p, pos,
			"duplicate key %s: the installer would ignore the one "
			"at line %u, column %u: combine the two",
			key, old.line, old.column);
	if (p->warnings->n < MAX_WARNINGS)
		vt_strv_addf(p->warnings,
			"%s:%u:%u: duplicate key %s overrides the one at line "
			"%u, column %u",
			p->file, pos.line, pos.column, key, old.line,
			old.column);
	return 0;
}

static int by_id(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int c = strcmp(x->id, y->id);

	return c ? c : x->rank < y->rank ? -1 : x->rank > y->rank;
}

static int by_rank(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return x->rank < y->rank ? -1 : x->rank > y->rank;
}

/* A key keeps its place when its value is replaced. */
static int replace_earlier(struct vt_parser *p, struct entries *e)
{
	size_t kept = 0;

	qsort(e->v, e->n, sizeof(*e->v), by_id);
	for (size_t i = 0; i < e->n; i++) {
		struct entry *last = &e->v[kept - (kept > 0)];
		size_t rank = last->rank;
		if (kept == 0 || strcmp(e->v[i].id, last->id) != 0) {
			e->v[kept++] = e->v[i];
			continue;
		}
		if (last->own && check_duplicate(p, last, &e->v[i]) < 0)
			return -1;
		*last = e->v[i];
		last->rank = rank;
	}
	e->n = kept;
	qsort(e->v, e->n, sizeof(*e->v), by_rank);
	return 0;
}

int vt_parser_finish_map(struct vt_parser *p, struct vt_node *map)
{
	AUTO_ENTRIES struct entries e = {0};

	for (size_t i = 0; i < map->n; i++)
		if (is_merge_key(map->keys[i]) &&
			add_merged(p, &e, map->items[i]) < 0)
			return -1;
	size_t merged = e.n;
	add_entries(p, &e, map, true);
	size_t all = e.n;
	if (replace_earlier(p, &e) < 0)
		return -1;
	if (e.n == all && merged == 0 && all == map->n)
		return 0;
	map->n = 0;
	map->keys = map->items = NULL;
	for (size_t i = 0; i < e.n; i++)
		vt_node_append(p->doc, map, e.v[i].key, e.v[i].item);
	return 0;
}
