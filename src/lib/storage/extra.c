#include "storage/extra.h"

#include <string.h>

#include "base/mem.h"
#include "storage/types.h"

/* Where a command of the config has one of the words, it may ask for what its
 * devices do not. */
static const struct {
	const char *name;
	const char *words[4];
	bool kept; /* a device that is kept may hold others */
} kinds[] = {
	[VT_EXTRA_MOUNTS] = {"mounts", {"fstab"}, false},
	[VT_EXTRA_SWAPS] = {"swaps", {"swap"}, false},
	[VT_EXTRA_ARRAYS] = {"arrays", {"mdadm"}, true},
	[VT_EXTRA_VOLUMES] = {"volumes", {"lvm", "vgcreate", "lvcreate"}, true},
	[VT_EXTRA_BCACHES] = {"bcaches", {"bcache"}, true},
};

const char *vt_extra_name(enum vt_extra_kind kind)
{
	return kind < VT_COUNT(kinds) ? kinds[kind].name : NULL;
}

static bool has_text(const struct vt_node *n, const char *word)
{
	if (n->kind == VT_SCALAR)
		return strstr(n->text, word) != NULL;
	for (size_t i = 0; i < n->n; i++)
		if (has_text(n->items[i], word))
			return true;
	return false;
}

/* Beside the sections that say which devices there are. */
static const char *word_of(
	const struct vt_node *config, const char *const *words)
{
	static const char *const devices[] = {
		"storage", "swap", "network", NULL};
	for (size_t w = 0; w < 4 && words[w]; w++)
		for (size_t i = 0; i < config->n; i++)
			if (!vt_str_in(devices, config->keys[i]->text) &&
				has_text(config->items[i], words[w]))
				return words[w];
	return NULL;
}

static bool keeps(const struct vt_graph *g)
{
	bool kept = false;
	for (size_t i = 0; i < g->n; i++)
		kept |= vt_dev_num(&g->v[i], "preserve") != 0;
	return kept;
}

void vt_extra_realise(
	struct vt_graph *g, const struct vt_node *config, const char *foreign)
{
	struct vt_extra *extra = vt_graph_set_extra(g);
	extra->at = vt_node_get(config, "storage");
	if (!extra->at || !g->n)
		return;
	/* curtin makes it without a section `swap` */
	extra->swap_file = vt_graph_swap(g)->at ? NULL : "/swap.img";
	if (keeps(g))
		foreign = "the config keeps devices, which may hold others";
	for (size_t k = 0; k < VT_COUNT(kinds); k++) {
		const char *word = word_of(config, kinds[k].words);
		if (word)
			extra->skip[k] = vt_graph_own(g,
				vt_printf("another section of the config has "
					  "'%s', and may make others",
					word));
		else if (kinds[k].kept)
			extra->skip[k] = foreign;
	}
}

struct vt_node *vt_extra_write(const struct vt_graph *g, struct vt_doc *doc)
{
	const struct vt_extra *extra = vt_graph_extra(g);
	struct vt_node *map = vt_node_map(doc), *skip = vt_node_map(doc);
	if (!extra->at)
		return NULL;
	VT_AUTO_FREE char *at = vt_node_at(extra->at);
	vt_node_set_str(doc, map, "at", at);
	vt_node_set_str(doc, map, "swap_file", extra->swap_file);
	for (size_t k = 0; k < VT_COUNT(kinds); k++)
		vt_node_set_str(doc, skip, kinds[k].name, extra->skip[k]);
	if (skip->n)
		vt_node_set(doc, map, "skip", skip);
	return map;
}

int vt_extra_read(
	struct vt_graph *g, const struct vt_node *map, struct vt_err **err)
{
	static const char *const known[] = {"at", "swap_file", "skip", NULL};
	const struct vt_node *file = vt_node_get(map, "swap_file");
	const struct vt_node *skip = vt_node_get(map, "skip");
	const char *names[VT_COUNT(kinds) + 1];
	struct vt_extra *extra = vt_graph_set_extra(g);
	for (size_t k = 0; k < VT_COUNT(kinds); k++)
		names[k] = kinds[k].name;
	names[VT_COUNT(kinds)] = NULL;
	extra->at = map;
	if (vt_node_expect(map, VT_MAP, err) < 0 ||
		vt_node_keys_known(map, known, err) < 0 ||
		(file && vt_node_str(file, &extra->swap_file, err) < 0) ||
		(skip && (vt_node_expect(skip, VT_MAP, err) < 0 ||
				 vt_node_keys_known(skip, names, err) < 0)))
		return -1;
	for (size_t k = 0; k < VT_COUNT(kinds); k++) {
		const struct vt_node *why = vt_node_get(skip, names[k]);
		if (why && vt_node_str(why, &extra->skip[k], err) < 0)
			return -1;
	}
	return 0;
}
