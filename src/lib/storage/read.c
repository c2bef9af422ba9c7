#include "storage/read.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/near.h"
#include "base/str.h"
#include "storage/types.h"

enum { MAX_ENTRIES = 10000 };
#define MAX_SWAP ((uint64_t)1 << 44)

/* Of verify.yaml: beside the keys of the type. */
static const char *const written[] = {
	"id", "at", "places", "image", "sector_size", NULL};

/* Python's truth of a value, as curtin takes it for a flag: not these. */
static bool truth(const char *text)
{
	static const char *const no[] = {
		"", "0", "false", "False", "none", "None", "no", "off", NULL};
	for (const char *const *word = no; *word; word++)
		if (!strcmp(*word, text))
			return false;
	return true;
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
		if (vt_node_size(f->node, &f->n, err) < 0)
			return -1;
		break;
	default:
		break;
	}
	if (vt_node_str(f->node, &f->text, err) < 0)
		return -1;
	if (key->kind == VT_KEY_BOOL)
		f->n = truth(f->text);
	return 0;
}

static int read_field(struct vt_dev *d, const struct vt_type_key *key,
	const struct vt_node *n, struct vt_err **err)
{
	struct vt_field f = {.key = key, .node = n};
	if (read_value(&f, err) < 0 ||
		(key->check && f.text && key->check(d, &f, err) < 0))
		return -1;
	d->fields = vt_realloc(d->fields, d->n_fields + 1, sizeof(f));
	d->fields[d->n_fields++] = f;
	return 0;
}

static int dangling(const struct vt_graph *g, const struct vt_dev *d,
	const struct vt_type_key *key, const struct vt_node *n,
	struct vt_err **err)
{
	struct vt_near near = vt_near_start(n->text);
	for (size_t i = 0; i < g->n; i++)
		vt_near_try(&near, g->v[i].id);
	return vt_dev_err(d, n, err, "its %s '%s' is not in the config%s",
		key->word, n->text, vt_near_hint(&near, ""));
}

/* "it names a disk, partition or raid" */
static int wrong_type(const struct vt_dev *d, const struct vt_type_key *key,
	const struct vt_dev *used, const struct vt_node *n, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str may = VT_STR_INIT;
	const struct vt_type *type;
	for (size_t i = 0; (type = vt_type_at(i)); i++)
		if (key->refs >> type->id & 1)
			vt_str_item(&may, ", ", type->word);
	return vt_dev_err(d, n, err, "its %s '%s' is a %s, not one of: %s",
		key->word, used->id, used->type->word, may.s);
}

static int read_ref(struct vt_graph *g, struct vt_dev *d,
	const struct vt_type_key *key, const struct vt_node *n,
	struct vt_err **err)
{
	const char *id;
	if (vt_node_str(n, &id, err) < 0)
		return -1;
	struct vt_dev *used = vt_graph_find(g, id);
	if (!used)
		return dangling(g, d, key, n, err);
	if (!(key->refs >> used->type->id & 1))
		return wrong_type(d, key, used, n, err);
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
	if (vt_node_expect(n, VT_SEQ, err) < 0)
		return -1;
	for (size_t i = 0; i < n->n; i++)
		if (read_ref(g, d, key, n->items[i], err) < 0)
			return -1;
	return 0;
}

static bool is_empty(const struct vt_node *n)
{
	return vt_node_is_null(n) || (n->kind == VT_SCALAR && !*n->text);
}

static int read_key(struct vt_graph *g, struct vt_dev *d,
	const struct vt_type_key *key, const char *name, struct vt_err **err)
{
	const struct vt_node *n = vt_node_get(d->at, name);
	if (vt_node_is_null(n))
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

static int unknown_type(
	const struct vt_dev *d, const char *word, struct vt_err **err)
{
	struct vt_near near = vt_near_start(word);
	const struct vt_type *type;
	for (size_t i = 0; (type = vt_type_at(i)); i++)
		vt_near_try(&near, type->word);
	return vt_dev_err(d, vt_node_get(d->at, "type"), err,
		"unknown type '%s'%s", word, vt_near_hint(&near, ""));
}

/* All ids first: an entry may name one that stands after it.
 * @type: NULL if the entry says it */
static int read_head(struct vt_graph *g, const struct vt_node *n,
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
	if (!type && !(d->type = vt_type_find(word)))
		return unknown_type(d, word, err);
	const struct vt_dev *first = vt_graph_index(g, d);
	if (first == d)
		return 0;
	return vt_node_err(n, err, "the id '%s' is already that of line %u",
		d->id, first->at->pos.line);
}

/* Make space for all entries, which must not move later. */
static int count_entries(struct vt_graph *g, const struct vt_node *at,
	size_t total, struct vt_err **err)
{
	if (total > MAX_ENTRIES)
		return vt_node_err(
			at, err, "more than %d storage entries", MAX_ENTRIES);
	g->v = vt_calloc(total + 1, sizeof(*g->v));
	return 0;
}

static int read_config_key(struct vt_graph *g, struct vt_dev *d,
	const struct vt_type_key *key, struct vt_err **err)
{
	if (key->flags & VT_KEY_DERIVED)
		return 0;
	if ((key->flags & VT_KEY_NEEDED) &&
		is_empty(vt_node_get(d->at, key->word)))
		return vt_dev_err(d, NULL, err, "'%s' is missing", key->word);
	return read_key(g, d, key, key->word, err);
}

/* curtin's number for a partition that says none: its place among the disk's,
 * logical ones from 5 on. */
static long implied_number(const struct vt_dev *p, const struct vt_dev *on)
{
	bool logical = vt_str_eq(vt_dev_text(p, "flag"), "logical");
	long number = logical ? 5 : 1;
	for (size_t i = 0; i < on->n_users && on->users[i]->user != p; i++) {
		const struct vt_dev *other = on->users[i]->user;
		if (vt_dev_is(other, VT_PARTITION) &&
			(!logical || vt_str_eq(vt_dev_text(other, "flag"),
					     "logical")))
			number++;
	}
	return number;
}

static int number_partitions(const struct vt_dev *on, struct vt_err **err)
{
	const struct vt_dev *taken[257] = {NULL};
	for (size_t i = 0; i < on->n_users; i++) {
		struct vt_dev *p = on->users[i]->user;
		if (!vt_dev_is(p, VT_PARTITION))
			continue;
		if (!vt_dev_num(p, "number"))
			vt_dev_set(p, vt_type_key(p->type, "number"), NULL,
				(uint64_t)implied_number(p, on));
		uint64_t number = vt_dev_num(p, "number");
		if (number > 256)
			return vt_dev_err(p, NULL, err,
				"'%s' has more than 256 partitions", on->id);
		if (taken[number])
			return vt_dev_err(p, vt_dev_node(p, "number"), err,
				"its number %d on '%s' is that of '%s'",
				(int)number, on->id, taken[number]->id);
		taken[number] = p;
	}
	return 0;
}

int vt_storage_read_list(struct vt_graph *g, const struct vt_node *list,
	long version, struct vt_err **err)
{
	g->version = version;
	if (vt_node_expect(list, VT_SEQ, err) < 0 ||
		count_entries(g, list, list->n, err) < 0)
		return -1;
	for (size_t i = 0; i < list->n; i++)
		if (read_head(g, list->items[i], NULL, err) < 0)
			return -1;
	for (size_t i = 0; i < g->n; i++) {
		const struct vt_type_key *key = g->v[i].type->keys;
		for (; key->word; key++)
			if (read_config_key(g, &g->v[i], key, err) < 0)
				return -1;
	}
	if (vt_graph_link(g, err) < 0)
		return -1;
	for (size_t i = 0; i < g->n; i++)
		if (g->v[i].type->check &&
			g->v[i].type->check(&g->v[i], err) < 0)
			return -1;
	for (size_t i = 0; i < g->n; i++)
		if (number_partitions(&g->v[i], err) < 0)
			return -1;
	return 0;
}

/* "size" of a swap file; 0 without one, or for as large as there is space. */
static int read_swap_size(const struct vt_node *map, const char *key,
	uint64_t *bytes, struct vt_err **err)
{
	const struct vt_node *n = vt_node_get(map, key);
	if (vt_node_is_null(n) || vt_str_eq(vt_node_text(n), "auto"))
		return 0;
	if (vt_node_size(n, bytes, err) < 0)
		return -1;
	return *bytes <= MAX_SWAP
		       ? 0
		       : vt_node_err(n, err, "swap file size exceeds 16 TiB");
}

static int read_swap(
	struct vt_swap *swap, const struct vt_node *map, struct vt_err **err)
{
	const struct vt_node *name = vt_node_get(map, "filename");
	if (vt_node_is_null(map))
		return 0;
	swap->at = map;
	if (vt_node_expect(map, VT_MAP, err) < 0 ||
		read_swap_size(map, "size", &swap->size_bytes, err) < 0 ||
		read_swap_size(map, "maxsize", &swap->maxsize_bytes, err) < 0)
		return -1;
	return vt_node_is_null(name) ? 0
				     : vt_node_string_only(name, "filename",
					       &swap->filename, err);
}

int vt_storage_read(
	struct vt_graph *g, const struct vt_node *config, struct vt_err **err)
{
	const struct vt_node *storage = vt_node_get(config, "storage");
	const struct vt_node *list = vt_node_get(storage, "config");
	const struct vt_node *version = vt_node_get(storage, "version");
	long v = 1;
	if (read_swap(&g->swap, vt_node_get(config, "swap"), err) < 0)
		return -1;
	if (vt_node_is_null(storage))
		return 0;
	if (vt_node_expect(storage, VT_MAP, err) < 0)
		return -1;
	if (vt_node_is_null(list))
		return 0;
	if (version && vt_node_int(version, 1, 2, &v, err) < 0)
		return -1;
	return vt_storage_read_list(g, list, v, err);
}

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
	const struct vt_node *sector = vt_node_get(d->at, "sector_size");
	long bytes = 512;
	if (keys_known(d, err) < 0 ||
		(at && vt_node_str(at, &d->place, err) < 0) ||
		(image && vt_node_str(image, &d->image, err) < 0) ||
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
		/* an empty text asks for nothing */
		f->expected =
			f->key->like != VT_LIKE_NONE && !(f->text && !*f->text);
		if (n && vt_node_str(n, &f->place, err) < 0)
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
	if (count_entries(g, map, total, err) < 0)
		return -1;
	for (size_t t = 0; (type = vt_type_at(t)); t++) {
		const struct vt_node *list = vt_node_get(map, type->list);
		for (size_t i = 0; list && i < list->n; i++)
			if (read_head(g, list->items[i], type, err) < 0)
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
		for (const struct vt_type_key *k = d->type->keys; k->word;
			k++) {
			const char *name = vt_type_key_expected(k);
			if (name && read_key(g, d, k, name, err) < 0)
				return -1;
		}
		if (read_places(d, err) < 0)
			return -1;
	}
	return vt_graph_link(g, err);
}
