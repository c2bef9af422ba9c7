#include "storage/storage_statements.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "storage/sections.h"

/* The entry that stands for the section `swap`, or NULL. */
static const struct vt_dev *swap_entry(const struct vt_graph *g)
{
	for (size_t i = 0; vt_graph_swap(g)->expected && i < g->n; i++)
		if (g->v[i].at == vt_graph_swap(g)->at)
			return &g->v[i];
	return NULL;
}

/* The field of that entry whose check answers a key of the section, or NULL */
static const struct vt_field *swap_field(
	const struct vt_dev *d, const char *word)
{
	if (!d)
		return NULL;
	if (vt_dev_text(d, "absent"))
		return vt_dev_field(d, "absent");
	return vt_dev_field(d, strcmp(word, "filename") ? word : "fstab");
}

static void add_swap(struct vt_statements *s, const struct vt_graph *g,
	const struct vt_node *map, const char *none)
{
	static const struct {
		const char *word, *unseen;
	} keys[] = {
		{"size", "curtin chooses the size"},
		{"maxsize", "curtin reads it only where it chooses the size"},
		{"filename", "there is no swap file"},
		{"force", "it only makes curtin try where a swap file may not "
			  "work"},
	};
	const struct vt_dev *d = swap_entry(g);
	for (size_t i = 0; map && map->kind == VT_MAP && i < map->n; i++) {
		const char *word = map->keys[i]->text;
		VT_AUTO_FREE char *name = vt_printf("swap %s", word);
		struct vt_statement one = {.section = "swap",
			.reason = none ? none : VT_NOT_USED,
			.sides = VT_SIDES_FACTS};
		for (size_t k = 0; !none && k < VT_COUNT(keys); k++) {
			const struct vt_field *f = swap_field(d, word);
			if (strcmp(keys[k].word, word) != 0)
				continue;
			one.reason = f ? NULL : keys[k].unseen;
			if (f)
				one.check = vt_statements_own(
					s, vt_printf("mount %s %s", d->id,
						   f->key->word));
		}
		vt_statements_add(s, name, map->items[i], &one);
	}
}

void vt_storage_statements(struct vt_statements *s, const struct vt_graph *g,
	const struct vt_node *config, const char *none)
{
	for (size_t i = 0; i < g->n; i++)
		if (g->v[i].at != vt_graph_swap(g)->at)
			vt_statements_entry(s, g, &g->v[i], none);
	add_swap(s, g, vt_node_get(config, "swap"), none);
}
