#include "storage/read.h"

#include <string.h>

#include "base/str.h"
#include "graph/expect.h"
#include "graph/human_size.h"
#include "graph/read_entry.h"
#include "storage/part_rules.h"
#include "storage/sections.h"
#include "storage/types.h"

#define MAX_SWAP ((uint64_t)1 << 44)
/* curtin makes it of whole MiB */
#define MIN_SWAP ((uint64_t)1 << 20)

static bool is_empty(const struct vt_node *n)
{
	if (vt_node_is_null(n))
		return true;
	return n->kind == VT_SCALAR ? !*n->text : !n->n;
}

static int read_config_key(struct vt_graph *g, struct vt_dev *d,
	const struct vt_type_key *key, struct vt_err **err)
{
	if (key->flags & VT_KEY_DERIVED)
		return 0;
	const struct vt_node *n = vt_node_get(d->at, key->word);
	bool may_be_empty = (key->flags & VT_KEY_EMPTY) &&
			    vt_dev_num(d, "preserve") && !vt_node_is_null(n);
	if ((key->flags & VT_KEY_NEEDED) && !may_be_empty && is_empty(n))
		return vt_dev_err(d, NULL, err, "'%s' is missing", key->word);
	if (vt_entry_key(g, d, key, key->word, err) < 0)
		return -1;
	return vt_entry_value(d, key->word, err);
}

/* Version 2 makes all partitions of a disk when it makes the disk. */
static const struct vt_dev *made_with(const struct vt_dev *d, long version)
{
	const struct vt_dev *on = NULL;
	if (version == 2 && vt_dev_is(d, VT_PARTITION))
		on = vt_dev_ref(d, "device");
	return on ? on : d;
}

/* curtin makes the entries in their order. */
static int check_order(
	const struct vt_dev *d, long version, struct vt_err **err)
{
	for (size_t i = 0; i < d->n_refs; i++) {
		const struct vt_edge *e = &d->refs[i];
		if ((e->key->flags & VT_KEY_UNORDERED) ||
			made_with(e->used, version) < d)
			continue;
		return vt_dev_err(d, e->node, err,
			"its %s '%s' must be defined before it, not at line "
			"%u: curtin makes the entries in their order",
			e->key->word, e->used->id, e->used->at->pos.line);
	}
	return 0;
}

static int check_entry(
	const struct vt_graph *g, const struct vt_dev *d, struct vt_err **err)
{
	if (check_order(d, g->version, err) < 0 ||
		vt_parts_check(d, g->version, err) < 0)
		return -1;
	return d->type->check ? d->type->check(g, d, err) : 0;
}

static int read_entries(
	struct vt_graph *g, const struct vt_node *list, struct vt_err **err)
{
	for (size_t i = 0; i < list->n; i++)
		if (vt_entry_head(g, list->items[i], NULL, err) < 0)
			return -1;
	for (size_t i = 0; i < g->n; i++) {
		const struct vt_type_key *key = g->v[i].type->keys;
		for (; key->word; key++)
			if (read_config_key(g, &g->v[i], key, err) < 0)
				return -1;
	}
	return 0;
}

static void mark_above(struct vt_dev *d)
{
	if (d->on_iscsi)
		return;
	d->on_iscsi = true;
	for (size_t i = 0; i < d->n_users; i++)
		mark_above(d->users[i]->user);
}

/* What is on iSCSI, once all entries are linked. */
static void mark_iscsi(struct vt_graph *g)
{
	for (size_t i = 0; i < g->n; i++) {
		const char *path = vt_dev_text(&g->v[i], "path");
		if (vt_dev_is(&g->v[i], VT_DISK) && path &&
			vt_str_starts(path, "iscsi:"))
			mark_above(&g->v[i]);
	}
}

int vt_storage_read_list(struct vt_graph *g, const struct vt_node *list,
	long version, struct vt_err **err)
{
	g->types = &vt_storage_types;
	g->version = version;
	if (vt_node_expect(list, VT_SEQ, err) < 0 ||
		vt_entries_reserve(g, list, list->n, err) < 0 ||
		read_entries(g, list, err) < 0 || vt_graph_link(g, err) < 0)
		return -1;
	mark_iscsi(g);
	for (size_t i = 0; i < g->n; i++)
		if (vt_parts_number(&g->v[i], err) < 0)
			return -1;
	for (size_t i = 0; i < g->n; i++)
		if (check_entry(g, &g->v[i], err) < 0)
			return -1;
	return 0;
}

/* What Python takes for false. */
static bool is_falsy(const struct vt_node *n)
{
	bool yes = true;
	long number = 1;
	return is_empty(n) || (vt_node_bool(n, &yes, NULL) == 0 && !yes) ||
	       (vt_node_type(n) == VT_TYPE_INT &&
		       vt_node_int(n, 0, 0, &number, NULL) == 0);
}

/* 0: not given, or a false value */
static int read_swap_size(const struct vt_node *map, const char *key,
	uint64_t *bytes, struct vt_err **err)
{
	const struct vt_node *n = vt_node_get(map, key);
	if (is_falsy(n))
		return 0;
	if (vt_human_size(n, "write the size", bytes, err) < 0)
		return -1;
	return *bytes <= MAX_SWAP
		       ? 0
		       : vt_node_err(n, err, "swap file size exceeds 16 TiB");
}

/* Without a size, curtin chooses one up to maxsize. A section that is false, or
 * a size of 0, asks for no file. Source: its add_swap(). */
static int read_swap(
	struct vt_swap *swap, const struct vt_node *map, struct vt_err **err)
{
	const struct vt_node *name = vt_node_get(map, "filename");
	const struct vt_node *size = vt_node_get(map, "size");
	swap->at = map;
	swap->none = map && is_falsy(map);
	if (!map || swap->none)
		return 0;
	if (vt_node_expect(map, VT_MAP, err) < 0 ||
		read_swap_size(map, "size", &swap->size_bytes, err) < 0 ||
		read_swap_size(map, "maxsize", &swap->maxsize_bytes, err) < 0)
		return -1;
	swap->none = !is_empty(size) ? !swap->size_bytes
				     : !is_empty(vt_node_get(map, "maxsize")) &&
					       !swap->maxsize_bytes;
	swap->force = !is_falsy(vt_node_get(map, "force"));
	if (swap->size_bytes && swap->size_bytes < MIN_SWAP)
		return vt_node_err(size, err,
			"the swap file is smaller than 1 MiB: add a unit to "
			"its size, such as M");
	return is_empty(name) ? 0
			      : vt_node_string_only(
					name, "filename", &swap->filename, err);
}

int vt_storage_read(
	struct vt_graph *g, const struct vt_node *config, struct vt_err **err)
{
	const struct vt_node *storage = vt_node_get(config, "storage");
	const struct vt_node *list = vt_node_get(storage, "config");
	const struct vt_node *version = vt_node_get(storage, "version");
	long v;
	g->types = &vt_storage_types;
	if (read_swap(vt_graph_set_swap(g), vt_node_get(config, "swap"), err) <
		0)
		return -1;
	if (vt_node_is_null(storage))
		return vt_entries_reserve(g, config, 0, err);
	if (vt_node_expect(storage, VT_MAP, err) < 0)
		return -1;
	if (vt_node_is_null(list))
		return vt_entries_reserve(g, config, 0, err);
	if (vt_node_is_null(version))
		return vt_node_err(storage, err,
			"'storage' has no 'version': add 'version: 1' or "
			"'version: 2'");
	if (vt_node_int(version, 1, 2, &v, err) < 0)
		return -1;
	return vt_storage_read_list(g, list, v, err);
}

int vt_storage_read_expected(
	struct vt_graph *g, const struct vt_node *map, struct vt_err **err)
{
	g->types = &vt_storage_types;
	if (vt_graph_read_expected(g, map, err) < 0)
		return -1;
	mark_iscsi(g);
	return 0;
}
