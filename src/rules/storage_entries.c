#include "storage_entries.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/near.h"
#include "base/str.h"

enum { MAX_ENTRIES = 10000 };

static const struct {
	const char *type;
	enum kind kind;
} types[] = {
	{"bcache", BCACHE},
	{"dasd", OTHER},
	{"device", OTHER},
	{"disk", DISK},
	{"dm_crypt", CRYPT},
	{"format", FORMAT},
	{"lvm_partition", LV},
	{"lvm_volgroup", VG},
	{"mount", MOUNT},
	{"nvme_controller", OTHER},
	{"partition", PARTITION},
	{"raid", RAID},
	{"zfs", ZFS},
	{"zpool", ZPOOL},
};

static int by_id(const void *a, const void *b)
{
	return strcmp(
		((const struct item *)a)->id, ((const struct item *)b)->id);
}

static void keep(void *p)
{
	(void)p;
}

/* A scalar that may be absent or null. */
int vt_entries_text(struct reader *r, const struct vt_node *map,
	const char *key, const char **out)
{
	const struct vt_node *n = vt_node_get(map, key);
	if (vt_node_is_null(n))
		return 0;
	return vt_node_str(n, out, r->err);
}

int vt_entries_need(struct reader *r, const struct vt_node *map,
	const char *key, const char **out)
{
	*out = NULL;
	if (vt_entries_text(r, map, key, out) < 0)
		return -1;
	if (!*out || !**out)
		return vt_node_err(map, r->err, "entry without '%s'", key);
	return 0;
}

struct item *vt_entries_find(struct reader *r, const char *id)
{
	struct item want = {.id = id};
	struct item **found = tfind(&want, &r->ids, by_id);
	return found ? *found : NULL;
}

struct item *vt_entries_named(struct reader *r, const struct item *e,
	const char *key, const struct vt_node *n)
{
	const char *id;
	if (vt_node_str(n, &id, r->err) < 0)
		return NULL;
	struct item *found = vt_entries_find(r, id);
	if (found)
		return found;
	struct vt_near near = vt_near_start(id);
	for (size_t i = 0; i < r->n; i++)
		vt_near_try(&near, r->entries[i].id);
	vt_node_err(n, r->err,
		"'%s' has the %s '%s', which is not in the config%s%s%s", e->id,
		key, id, near.best ? ": did you mean '" : "",
		near.best ? near.best : "", near.best ? "'?" : "");
	return NULL;
}

struct item *vt_entries_refer(
	struct reader *r, const struct item *e, const char *key)
{
	const char *id;
	return vt_entries_need(r, e->node, key, &id) < 0
		       ? NULL
		       : vt_entries_named(r, e, key, vt_node_get(e->node, key));
}

/* All ids first: an entry may name one that stands after it. */
int vt_entries_index(struct reader *r, const struct vt_node *list)
{
	if (list->n > MAX_ENTRIES)
		return vt_node_err(
			list, r->err, "more than %d entries", MAX_ENTRIES);
	r->entries = vt_calloc(list->n + 1, sizeof(*r->entries));
	for (size_t i = 0; i < list->n; i++) {
		struct item *e = &r->entries[i];
		const char *type;
		*e = (struct item){.node = list->items[i], .index = -1};
		if (vt_node_expect(e->node, VT_MAP, r->err) < 0 ||
			vt_entries_need(r, e->node, "type", &type) < 0 ||
			vt_entries_need(r, e->node, "id", &e->id) < 0)
			return -1;
		size_t t = 0;
		while (t < VT_COUNT(types) && strcmp(types[t].type, type))
			t++;
		if (t == VT_COUNT(types)) {
			struct vt_near near = vt_near_start(type);
			for (t = 0; t < VT_COUNT(types); t++)
				vt_near_try(&near, types[t].type);
			return vt_node_err(vt_node_get(e->node, "type"), r->err,
				"'%s' has the unknown type '%s'%s%s%s", e->id,
				type, near.best ? ": did you mean '" : "",
				near.best ? near.best : "",
				near.best ? "'?" : "");
		}
		e->kind = types[t].kind;
		struct item **slot = tsearch(e, &r->ids, by_id);
		if (!slot)
			abort(); /* out of memory, as vt_alloc() */
		if (*slot != e)
			return vt_node_err(e->node, r->err,
				"the id '%s' is already that of line %u", e->id,
				(*slot)->node->pos.line);
		r->n++;
	}
	return 0;
}

void vt_entries_free(struct reader *r)
{
	tdestroy(r->ids, keep);
	free(r->entries);
}
