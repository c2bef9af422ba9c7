/* Volume groups and logical volumes of the booted system: lvm.json, which is
 * lvm(8)'s fullreport, and lsblk.json. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "data/json.h"
#include "storage/dname.h"
#include "storage/finders.h"

static const char see[] = "collect/lvm.json";

static void free_report(void *own)
{
	json_decref(own);
}

/* The report of a group: objects of its pv, lv and vg. */
static const json_t *report_of(const json_t *all, const char *name)
{
	const json_t *one;
	size_t i;
	json_array_foreach (json_object_get(all, "report"), i, one) {
		const json_t *vg =
			json_array_get(json_object_get(one, "vg"), 0);
		if (vt_str_eq(vt_lsblk_text(vg, "vg_name"), name))
			return one;
	}
	return NULL;
}

/* A size, printed in bytes without a unit. */
static uint64_t bytes_of(const json_t *o, const char *key)
{
	const char *text = vt_lsblk_text(o, key);
	return text ? strtoull(text, NULL, 10) : 0;
}

/* The entry whose device is NODE, by lsblk.json: its path, or /dev/NAME. */
static const char *id_of(
	struct vt_look *look, const struct vt_dev *group, const char *node)
{
	for (size_t i = 0; i < group->n_refs; i++) {
		const struct vt_dev *used = group->refs[i].used;
		const struct vt_found *on =
			vt_look_at(look, used, VT_SIDE_FACTS);
		const char *name = vt_lsblk_text(on->node, "name");
		if (vt_str_eq(vt_lsblk_text(on->node, "path"), node) ||
			(name && vt_str_starts(node, "/dev/") &&
				!strcmp(node + strlen("/dev/"), name)))
			return used->id;
	}
	return NULL;
}

/* Only if all devices of the config were found. */
static void add_devices(struct vt_look *look, const struct vt_dev *d,
	const json_t *report, struct vt_found *f)
{
	VT_AUTO_STRV struct vt_strv has = VT_STRV_INIT;
	struct vt_str ids = VT_STR_INIT;
	const json_t *pv;
	size_t i;
	for (i = 0; i < d->n_refs; i++)
		if (vt_look_at(look, d->refs[i].used, VT_SIDE_FACTS)->state !=
			VT_FOUND)
			return;
	json_array_foreach (json_object_get(report, "pv"), i, pv) {
		const char *node = vt_lsblk_text(pv, "pv_name");
		const char *id = node ? id_of(look, d, node) : NULL;
		vt_strv_add(&has, id ? id : node ? node : "?");
	}
	for (i = 0; i < d->n_refs; i++)
		if (vt_strv_has(&has, d->refs[i].used->id))
			vt_str_item(&ids, ", ", d->refs[i].used->id);
	for (i = 0; i < has.n; i++)
		if (!vt_graph_find(look->graph, has.v[i]))
			vt_str_item(&ids, ", ", has.v[i]);
	struct vt_found_field *field = vt_found_add(f, "devices");
	field->value = vt_str_take(&ids);
	field->text = vt_strdup(field->value);
}

void vt_find_volgroup_facts(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	const char *name = vt_dev_text(d, "name");
	json_t *all = NULL;
	f->see = see;
	if (look->facts->json(look->facts->arg, "lvm.json", &all, NULL) != 1) {
		vt_found_untold(f, "no 'lvm.json' was collected");
		return;
	}
	f->own = all;
	f->free_own = free_report;
	f->node = report_of(all, name);
	if (!f->node) {
		vt_found_missing(
			f, "the booted system has no group '%s'", name);
		return;
	}
	struct vt_found_field *field = vt_found_add(f, "name");
	field->value = vt_strdup(name);
	field->text = vt_printf("'%s'", name);
	add_devices(look, d, f->node, f);
}

void vt_find_lvm_partition_facts(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	const char *name = vt_dev_text(d, "name");
	const struct vt_dev *group = vt_dev_ref(d, "volgroup");
	const struct vt_found *on =
		vt_found_below(look, d, "volgroup", VT_SIDE_FACTS, f);
	if (!on)
		return;
	VT_AUTO_FREE char *mapper =
		vt_mapper_name(vt_dev_text(group, "name"), name);
	const json_t *vg = json_array_get(json_object_get(on->node, "vg"), 0);
	const json_t *lv = NULL;
	size_t i;
	json_array_foreach (json_object_get(on->node, "lv"), i, lv)
		if (vt_str_eq(vt_lsblk_text(lv, "lv_name"), name))
			break;
	if (i == json_array_size(json_object_get(on->node, "lv"))) {
		vt_found_missing(
			f, "the booted system's group has no '%s'", name);
		return;
	}
	f->node = vt_lsblk_find(
		vt_devices_lsblk(vt_look_devices(look)), "lvm", mapper);
	struct vt_found_field *field = vt_found_add(f, "name");
	field->value = vt_strdup(name);
	field->text = vt_printf("'%s'", name);
	field = vt_found_add(f, "size");
	field->n = bytes_of(lv, "lv_size");
	field->unit = bytes_of(vg, "vg_extent_size");
}
