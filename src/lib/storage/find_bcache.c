/* bcache devices: the superblocks of both devices on disk images, and in the
 * facts of the booted system lsblk.json and bcache_cache_modes. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "image/bcache.h"
#include "storage/disks.h"
#include "storage/finders.h"
#include "storage/place.h"

static const char *const states[] = {
	[VT_BCACHE_DETACHED] = "detached",
	[VT_BCACHE_CLEAN] = "clean",
	[VT_BCACHE_DIRTY] = "dirty",
	[VT_BCACHE_STALE] = "stale",
};

/* Return: as vt_bcache_read() */
static int read_super(
	const struct vt_found *on, struct vt_bcache *out, struct vt_err **err)
{
	struct vt_stretch at;
	if (vt_place_stretch(on->place, &at, err) < 0)
		return -1;
	return vt_bcache_read(
		at.path, at.offset_bytes, at.size_bytes, out, err);
}

static void add_cache(struct vt_look *look, const struct vt_dev *d,
	const struct vt_bcache *backing, struct vt_found *f)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	struct vt_bcache cache;
	const struct vt_dev *device = vt_dev_ref(d, "cache_device");
	const struct vt_found *on = vt_look_at(look, device, VT_SIDE_DISK);
	struct vt_found_field *field = vt_found_add(f, "cache_device");
	field->see = on->see;
	if (on->state == VT_UNTOLD || (on->state == VT_FOUND && !on->place)) {
		field->why = vt_strdup(vt_found_no_place(on));
		return;
	}
	int rc = on->state == VT_FOUND ? read_super(on, &cache, &err) : 0;
	if (rc < 0 || on->err) {
		field->text = vt_strdup(rc < 0 ? err->msg : on->err->msg);
	} else if (rc == 0 || cache.backing) {
		field->text = vt_printf("no superblock of a bcache cache on "
					"'%s'",
			device->id);
	} else if (strcmp(cache.set_uuid, backing->set_uuid) != 0) {
		field->text = vt_printf("'%s' is of set %s, the backing device "
					"of set %s",
			device->id, cache.set_uuid, backing->set_uuid);
	} else {
		field->value = vt_strdup(device->id);
		field->text = vt_printf("'%s'", device->id);
	}
}

/* curtin gives the device its name as label, too. */
static void add_label(
	struct vt_found *f, const struct vt_dev *d, const struct vt_bcache *b)
{
	const char *name = vt_dev_text(d, "name");
	struct vt_found_field *field = vt_found_add(f, "name");
	field->text = vt_printf("label '%s' in the superblock", b->label);
	field->same = name && !strncmp(name, b->label, sizeof(b->label) - 1);
	if (!*b->label)
		field->why = vt_strdup("its superblock has no label");
}

/* The backing device without its head, unless the cache has newer data. */
static void add_place(const struct vt_found *on, const struct vt_bcache *b,
	struct vt_found *f)
{
	if (b->state == VT_BCACHE_DIRTY || b->state == VT_BCACHE_STALE) {
		f->why = vt_printf("bcache is %s: the backing device may not "
				   "have its newest data",
			states[b->state]);
		return;
	}
	vt_found_place(f, vt_map_slice(vt_place_map(on->place), b->data_bytes,
				  UINT64_MAX));
}

void vt_find_bcache(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	struct vt_bcache b;
	const struct vt_dev *device = vt_dev_ref(d, "backing_device");
	const struct vt_found *on =
		vt_found_placed(look, d, "backing_device", f);
	if (!on)
		return;
	int rc = read_super(on, &b, &err);
	if (rc < 0) {
		vt_found_error(f, &err);
		return;
	}
	if (rc == 0 || !b.backing) {
		vt_found_missing(f,
			"no superblock of a bcache backing device on '%s'",
			device->id);
		return;
	}
	struct vt_found_field *field = vt_found_add(f, "backing_device");
	field->value = vt_strdup(device->id);
	field->text = vt_printf("'%s': set %s, %s%s%s%s", device->id,
		b.set_uuid, states[b.state], *b.label ? ", label '" : "",
		b.label, *b.label ? "'" : "");
	field = vt_found_add(f, "cache_mode");
	field->value = b.mode ? vt_strdup(b.mode) : NULL;
	field->text = vt_strdup(b.mode ? b.mode : "an unknown mode");
	add_label(f, d, &b);
	add_cache(look, d, &b, f);
	add_place(on, &b, f);
	vt_found_own_table(f, d);
}

/* bcache0 above a device; several may share a cache. NULL, or any of them if
 * there is no name */
static const json_t *child_of(const json_t *node, const char *kname)
{
	const json_t *child;
	size_t i;
	json_array_foreach (json_object_get(node, "children"), i, child) {
		const char *name = vt_lsblk_kname(child);
		if (name && vt_str_starts(name, "bcache") &&
			(!kname || !strcmp(name, kname)))
			return child;
	}
	return NULL;
}

static void add_booted_cache(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	const struct vt_dev *device = vt_dev_ref(d, "cache_device");
	const struct vt_found *on = vt_look_at(look, device, VT_SIDE_FACTS);
	const char *kname = vt_lsblk_kname(f->node);
	struct vt_found_field *field = vt_found_add(f, "cache_device");
	if (on->state == VT_UNTOLD || (on->state == VT_FOUND && !on->node)) {
		field->why = vt_strdup(
			on->why ? on->why : "lsblk.json does not have it");
		return;
	}
	bool same = child_of(on->node, kname);
	field->value = same ? vt_strdup(device->id) : NULL;
	field->text = vt_printf("/dev/%s %s '%s'", kname,
		same ? "uses" : "does not use", device->id);
}

/* "/sys/block/bcache0/bcache/cache_mode:writethrough [writeback] none" */
static char *mode_of(char *text, const char *kname)
{
	VT_AUTO_FREE char *head =
		vt_printf("/sys/block/%s/bcache/cache_mode:", kname);
	char *rest = NULL;
	for (char *line = strtok_r(text, "\n", &rest); line;
		line = strtok_r(NULL, "\n", &rest)) {
		const char *from = strchr(line, '[');
		if (vt_str_starts(line, head) && from)
			return vt_strndup(from + 1, strcspn(from + 1, "]"));
	}
	return NULL;
}

static void add_booted_mode(struct vt_look *look, struct vt_found *f)
{
	static const char name[] = "bcache_cache_modes";
	VT_AUTO_FREE char *text = NULL;
	size_t len;
	struct vt_found_field *field = vt_found_add(f, "cache_mode");
	field->see = "collect/bcache_cache_modes";
	if (look->facts->text(look->facts->arg, name, &text, &len, NULL) != 1) {
		field->why = vt_printf("no '%s' was collected", name);
		return;
	}
	field->value = mode_of(text, vt_lsblk_kname(f->node));
	field->text = vt_strdup(
		field->value ? field->value : "no mode in bcache_cache_modes");
}

void vt_find_bcache_facts(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	const struct vt_dev *device = vt_dev_ref(d, "backing_device");
	const struct vt_found *on =
		vt_found_below(look, d, "backing_device", VT_SIDE_FACTS, f);
	if (!on)
		return;
	f->see = "collect/lsblk.json";
	if (!on->node) {
		vt_found_untold(f, "lsblk.json has no '%s'", device->id);
		return;
	}
	f->node = child_of(on->node, NULL);
	if (!f->node) {
		vt_found_missing(f, "the booted system has no bcache on '%s'",
			device->id);
		return;
	}
	struct vt_found_field *field = vt_found_add(f, "backing_device");
	field->value = vt_strdup(device->id);
	field->text = vt_printf("/dev/%s on /dev/%s", vt_lsblk_kname(f->node),
		vt_lsblk_kname(on->node));
	add_booted_cache(look, d, f);
	add_booted_mode(look, f);
	vt_found_add_table_facts(f);
}
