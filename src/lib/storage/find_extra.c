/* What the booted system has beside the devices of the config. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/json.h"
#include "storage/extra.h"
#include "storage/finders.h"
#include "storage/fstab.h"
#include "storage/sections.h"
#include "storage/swaps.h"

/* The extra ones of a kind, as far as it can be told. */
struct extras {
	struct vt_look *look;
	struct vt_str list;
	char *why; /* why others cannot be told apart, or NULL */
	const char *see;
};

static void unsure(struct extras *e, const char *why)
{
	if (!e->why)
		e->why = vt_strdup(why && *why ? why : "unknown");
}

/* If an entry of the config was not found, what is listed may be it. */
static void settle(struct extras *e)
{
	if (e->why && e->list.len) {
		vt_str_free(&e->list);
		return;
	}
	free(e->why);
	e->why = NULL;
}

static bool is_swap_mount(const struct vt_dev *d)
{
	return vt_dev_is(d, VT_MOUNT) &&
	       vt_str_eq(vt_dev_text(d, "path"), "none");
}

/* What a mount's finder knows of a statement, or why it knows nothing. */
static const struct vt_found_field *told(
	struct extras *e, const struct vt_dev *d, const char *word)
{
	const struct vt_found *f = vt_look_at(e->look, d, VT_SIDE_FACTS);
	const struct vt_found_field *field = vt_found_field(f, word);
	/* the file may be missing where the installer decides */
	if (f->state == VT_FOUND && field && !field->why)
		return field;
	if (!vt_dev_text(d, "optional") && !vt_dev_text(d, "absent"))
		unsure(e, field && field->why ? field->why : f->why);
	return NULL;
}

/* Each entry of the config explains one line. */
static void explain_lines(
	struct extras *e, const struct vt_fstab *fstab, bool *explained)
{
	const struct vt_graph *g = e->look->graph;
	for (size_t i = 0; i < g->n; i++) {
		const struct vt_dev *d = &g->v[i];
		bool swap = is_swap_mount(d);
		const struct vt_found_field *line =
			swap ? told(e, d, "fstab") : NULL;
		const char *point = vt_dev_text(d, "path");
		if (!vt_dev_is(d, VT_MOUNT) || !vt_dev_text(d, "fstab"))
			continue;
		for (size_t l = 0; l < fstab->n; l++) {
			const struct vt_fstab_line *have = &fstab->v[l];
			bool same = swap ? line && line->n == have->number
					 : vt_str_eq(point, have->point);
			if (!same || explained[l])
				continue;
			explained[l] = true;
			break;
		}
	}
}

/* Of a section of cloud-init, which adds it in the booted system. */
static bool is_late(const struct vt_fstab_line *l)
{
	VT_AUTO_STRV struct vt_strv options = VT_STRV_INIT;
	vt_str_split(l->options, ',', &options);
	return vt_strv_has(&options, "comment=cloudconfig");
}

static void find_mounts(struct extras *e)
{
	const struct vt_facts *facts = e->look->facts;
	const char *file = vt_graph_extra(e->look->graph)->swap_file;
	VT_AUTO_FSTAB struct vt_fstab fstab = {0};
	VT_AUTO_FREE char *text = NULL, *why = NULL;
	size_t len;
	e->see = "collect/fstab";
	if (facts->text(facts->arg, "fstab", &text, &len, NULL) != 1) {
		unsure(e, "no 'fstab' was collected");
		return;
	}
	vt_fstab_parse(&fstab, text, len);
	VT_AUTO_FREE bool *explained = vt_calloc(fstab.n + 1, sizeof(bool));
	explain_lines(e, &fstab, explained);
	/* an unknown device explains only a line of a swap */
	why = e->why;
	e->why = NULL;
	for (size_t i = 0; i < fstab.n; i++) {
		const struct vt_fstab_line *l = &fstab.v[i];
		bool swap = !strcmp(l->type, "swap");
		if (explained[i] || is_late(l) ||
			(swap && vt_str_eq(file, l->spec)))
			continue;
		if (swap && why) {
			unsure(e, why);
			continue;
		}
		VT_AUTO_FREE char *line =
			vt_printf("line %zu: '%s'", l->number, l->text);
		vt_str_item(&e->list, "; ", line);
	}
}

/* A swap of the config may be in use without a mount: systemd finds those of
 * the root's disk. */
static bool is_swap_of(
	struct extras *e, const struct vt_dev *d, const char *name)
{
	if (is_swap_mount(d)) {
		const struct vt_found_field *f = told(e, d, "mounted");
		return f && vt_str_eq(f->value, name);
	}
	if (!vt_dev_is(d, VT_FORMAT) ||
		!vt_str_eq(vt_dev_text(d, "fstype"), "swap"))
		return false;
	const char *kname =
		vt_lsblk_kname(vt_look_at(e->look, d, VT_SIDE_FACTS)->node);
	return kname && vt_str_starts(name, "/dev/") &&
	       !strcmp(name + strlen("/dev/"), kname);
}

static void find_swaps(struct extras *e)
{
	const struct vt_graph *g = e->look->graph;
	VT_AUTO_SWAPS struct vt_swaps swaps = {0};
	e->see = "collect/proc-swaps";
	if (vt_swaps_read(&swaps, e->look->facts, NULL) != 1) {
		unsure(e, "no 'proc-swaps' was collected");
		return;
	}
	for (size_t i = 0; i < swaps.n; i++) {
		const char *name = swaps.v[i].name;
		/* memory of the system's own, which no installer makes */
		bool known = vt_str_starts(name, "/dev/zram") ||
			     vt_str_eq(vt_graph_extra(g)->swap_file, name);
		for (size_t k = 0; !known && k < g->n; k++)
			known = is_swap_of(e, &g->v[k], name);
		if (!known)
			vt_str_item(&e->list, "; ", name);
	}
	settle(e);
}

/* Devices of a type that no entry of the config is. */
struct layer {
	enum vt_type_id id;
	bool (*is)(const json_t *node);
};

static bool is_array(const json_t *node)
{
	const char *type = vt_lsblk_text(node, "type");
	return type && (vt_str_starts(type, "raid") || !strcmp(type, "linear"));
}

static bool is_volume(const json_t *node)
{
	return vt_str_eq(vt_lsblk_text(node, "type"), "lvm");
}

static bool is_bcache(const json_t *node)
{
	const char *kname = vt_lsblk_kname(node);
	return kname && vt_str_starts(kname, "bcache") &&
	       !vt_str_eq(vt_lsblk_text(node, "type"), "part");
}

static bool is_of_config(
	struct extras *e, enum vt_type_id id, const char *kname)
{
	const struct vt_graph *g = e->look->graph;
	for (size_t i = 0; i < g->n; i++) {
		if (!vt_dev_is(&g->v[i], id))
			continue;
		const struct vt_found *f =
			vt_look_at(e->look, &g->v[i], VT_SIDE_FACTS);
		if (f->state != VT_FOUND)
			unsure(e, f->why);
		else if (vt_str_eq(vt_lsblk_kname(f->node), kname))
			return true;
	}
	return false;
}

static void walk(struct extras *e, const json_t *list, const struct layer *l,
	struct vt_strv *seen)
{
	const json_t *node;
	size_t i;
	json_array_foreach (list, i, node) {
		const char *kname = vt_lsblk_kname(node);
		walk(e, json_object_get(node, "children"), l, seen);
		if (!kname || !l->is(node) || vt_strv_has(seen, kname))
			continue;
		vt_strv_add(seen, kname);
		if (is_of_config(e, l->id, kname))
			continue;
		const char *type = vt_lsblk_text(node, "type");
		VT_AUTO_FREE char *text = vt_printf("/dev/%s (%s, %s)", kname,
			vt_lsblk_text(node, "name"), type ? type : "?");
		vt_str_item(&e->list, "; ", text);
	}
}

static void find_layer(struct extras *e, const struct layer *l)
{
	VT_AUTO_STRV struct vt_strv seen = VT_STRV_INIT;
	const json_t *list = vt_devices_lsblk(vt_look_devices(e->look));
	e->see = "collect/lsblk.json";
	walk(e, list, l, &seen);
	settle(e);
	if (!list)
		unsure(e, "no 'lsblk.json' was collected");
}

static void find_arrays(struct extras *e)
{
	find_layer(e, &(struct layer){VT_RAID, is_array});
}

static void find_bcaches(struct extras *e)
{
	find_layer(e, &(struct layer){VT_BCACHE, is_bcache});
}

static bool is_group(const struct vt_graph *g, const char *name)
{
	for (size_t i = 0; i < g->n; i++)
		if (vt_dev_is(&g->v[i], VT_LVM_VOLGROUP) &&
			vt_str_eq(vt_dev_text(&g->v[i], "name"), name))
			return true;
	return false;
}

/* lsblk has no groups without volumes. */
static void find_volumes(struct extras *e)
{
	const struct vt_facts *facts = e->look->facts;
	VT_AUTO_JSON json_t *all = NULL;
	const json_t *one;
	size_t i;
	find_layer(e, &(struct layer){VT_LVM_PARTITION, is_volume});
	facts->json(facts->arg, "lvm.json", &all, NULL);
	json_array_foreach (json_object_get(all, "report"), i, one) {
		const char *name = vt_lsblk_text(
			json_array_get(json_object_get(one, "vg"), 0),
			"vg_name");
		if (!name || is_group(e->look->graph, name))
			continue;
		VT_AUTO_FREE char *text = vt_printf("group '%s'", name);
		vt_str_item(&e->list, "; ", text);
	}
}

static const struct {
	const char *expected;
	void (*find)(struct extras *e);
} kinds[] = {
	[VT_EXTRA_MOUNTS] = {"no line of fstab that the config does not ask "
			     "for",
		find_mounts},
	[VT_EXTRA_SWAPS] = {"no swap in use that the config does not ask for",
		find_swaps},
	[VT_EXTRA_ARRAYS] = {"no array that is not in the config", find_arrays},
	[VT_EXTRA_VOLUMES] = {"no volume group or logical volume that is not "
			      "in the config",
		find_volumes},
	[VT_EXTRA_BCACHES] = {"no bcache that is not in the config",
		find_bcaches},
};

static void compare(struct vt_look *look, enum vt_extra_kind kind,
	void (*tell)(void *arg, struct vt_compared *c), void *arg)
{
	VT_AUTO_FREE char *name =
		vt_printf("storage extra-%s", vt_extra_name(kind));
	const char *skip = vt_graph_extra(look->graph)->skip[kind];
	struct extras e = {.look = look, .list = VT_STR_INIT};
	if (!skip && !look->facts)
		skip = "nothing was collected";
	if (!skip)
		kinds[kind].find(&e);
	if (!skip && !e.list.len)
		skip = e.why;
	struct vt_compared c = {.name = name,
		.expected = kinds[kind].expected,
		.found = skip         ? skip
			 : e.list.len ? vt_str_c(&e.list)
				      : "none",
		.outcome = skip         ? VT_COMPARED_SKIP
			   : e.list.len ? VT_COMPARED_FAIL
					: VT_COMPARED_OK,
		.side = skip ? "" : "facts",
		.see = e.see};
	tell(arg, &c);
	vt_str_free(&e.list);
	free(e.why);
}

void vt_compare_extra(struct vt_look *look,
	void (*tell)(void *arg, struct vt_compared *c), void *arg)
{
	for (int k = 0; k < VT_EXTRA_KINDS; k++)
		compare(look, (enum vt_extra_kind)k, tell, arg);
}
