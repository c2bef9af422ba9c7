/* The keys of a map: duplicate keys and merge keys. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/doc.h"
#include "data/doc_parser.h"

enum { MAX_WARNINGS = 100 };

static bool is_merge_key(const struct vt_node *key)
{
	return key->plain && strcmp(key->text, "<<") == 0;
}

/* Add the entries of a merge key's map or list of maps. */
static int add_merged(struct vt_parser *p, const struct vt_node *from,
	struct vt_pair **pairs, size_t *n, size_t rank)
{
	if (from->kind == VT_SEQ) {
		for (size_t i = 0; i < from->n; i++) {
			const struct vt_node *map = from->items[i];
			if (map->kind != VT_MAP)
				return vt_parser_fail(p, map->pos,
					"merge key '<<': expected a list of "
					"maps, found %s in it",
					vt_node_kind_name(map));
			add_merged(p, map, pairs, n, rank);
		}
		return 0;
	}
	if (from->kind != VT_MAP)
		return vt_parser_fail(p, from->pos,
			"merge key '<<': expected a map or a list of maps, "
			"found %s",
			vt_node_kind_name(from));
	*pairs = vt_realloc(*pairs, *n + from->n + 1, sizeof(**pairs));
	for (size_t i = 0; i < from->n; i++) {
		from->items[i]->shared = true;
		(*pairs)[*n] = (struct vt_pair){.key = from->keys[i],
			.item = from->items[i],
			.rank = rank + *n};
		++*n;
	}
	return 0;
}

static int fail_duplicate(struct vt_parser *p, const struct vt_node *first,
	const struct vt_node *second)
{
	VT_AUTO_FREE char *key = vt_doc_quoted(second->text);

	return vt_parser_fail(p, second->pos,
		"duplicate key %s, first at line %u, column %u", key,
		first->pos.line, first->pos.column);
}

static void warn_duplicate(struct vt_parser *p, const struct vt_node *first,
	const struct vt_node *second)
{
	VT_AUTO_FREE char *key = vt_doc_quoted(second->text);

	if (p->warnings->n < MAX_WARNINGS)
		vt_strv_addf(p->warnings,
			"%s:%u:%u: duplicate key %s overrides the one at line "
			"%u, column %u",
			p->file, second->pos.line, second->pos.column, key,
			first->pos.line, first->pos.column);
}

/* Collect the entries of a map in the order of the file, followed by those that
 * a merge key adds, which have ranks of at least `map->n`.
 * Return: their number, -1 on error */
static ssize_t collect_pairs(struct vt_parser *p, const struct vt_node *map,
	struct vt_pair **pairs, const struct vt_node **merge)
{
	const struct vt_node *from = NULL;
	size_t n = 0;

	*pairs = vt_calloc(map->n + 1, sizeof(**pairs));
	for (size_t i = 0; i < map->n; i++) {
		struct vt_node *key = map->keys[i], *item = map->items[i];
		if (!is_merge_key(key)) {
			(*pairs)[n++] = (struct vt_pair){key, item, i};
			continue;
		}
		if (*merge)
			return fail_duplicate(p, *merge, key);
		*merge = key;
		from = item;
	}
	if (from && add_merged(p, from, pairs, &n, map->n) < 0)
		return -1;
	return (ssize_t)n;
}

/* Explicit keys have lower ranks than merged ones. So they come first among
 * equal keys, and override them. */
int vt_parser_finish_map(struct vt_parser *p, struct vt_node *map)
{
	VT_AUTO_FREE struct vt_pair *pairs = NULL;
	const struct vt_node *merge = NULL;
	ssize_t n = collect_pairs(p, map, &pairs, &merge);
	size_t kept = 0;

	if (n < 0)
		return -1;
	vt_pairs_by_key(pairs, (size_t)n);
	for (ssize_t i = 0; i < n; i++) {
		struct vt_pair *last = &pairs[kept - (kept > 0)];
		if (kept == 0 || strcmp(pairs[i].key->text, last->key->text)) {
			pairs[kept++] = pairs[i];
			continue;
		}
		if (pairs[i].rank >= map->n)
			continue;
		if (!p->warnings)
			return fail_duplicate(p, last->key, pairs[i].key);
		warn_duplicate(p, last->key, pairs[i].key);
		last->key = pairs[i].key;
		last->item = pairs[i].item;
	}
	if (kept == map->n && !merge)
		return 0;
	vt_pairs_by_rank(pairs, kept);
	map->n = 0;
	map->keys = map->items = NULL;
	for (size_t i = 0; i < kept; i++)
		vt_node_append(p->doc, map, pairs[i].key, pairs[i].item);
	return 0;
}
