/* A disk with several paths: lsblk.json has one disk for each, and all of them
 * are below one map. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "storage/finders.h"

const json_t *vt_lsblk_map(const json_t *disk)
{
	const json_t *child =
		json_array_get(json_object_get(disk, "children"), 0);
	return vt_str_eq(vt_lsblk_text(child, "type"), "mpath") ? child : NULL;
}

/* The disks with the serial of `disk`; those below `map` if there is one. */
static size_t count_paths(
	const json_t *list, const json_t *disk, const json_t *map)
{
	const char *serial = vt_lsblk_text(disk, "serial");
	const json_t *one;
	size_t i, n = 0;
	json_array_foreach (list, i, one) {
		const json_t *its = vt_lsblk_map(one);
		n += serial &&
		     vt_str_eq(vt_lsblk_text(one, "serial"), serial) &&
		     (!map || (its && vt_str_eq(vt_lsblk_kname(its),
					      vt_lsblk_kname(map))));
	}
	return n;
}

/* The name is multipath's choice; that there is a map is not. */
void vt_found_add_multipath(struct vt_look *look, const struct vt_dev *d,
	const json_t *disk, struct vt_found *f)
{
	const char *want = vt_dev_text(d, "multipath");
	const json_t *list = vt_devices_lsblk(vt_look_devices(look));
	const json_t *map = vt_lsblk_map(disk);
	const char *name = vt_lsblk_text(map, "name");
	size_t all = count_paths(list, disk, NULL);
	if (!want)
		return;
	struct vt_found_field *field = vt_found_add(f, "multipath");
	if (!map && all < 2) {
		field->why = vt_strdup("the machine has one path to it; "
				       "'multipath' of a definition gives it "
				       "several");
		return;
	}
	size_t n = map ? count_paths(list, disk, map) : 0;
	bool whole = map && n == all && n > 1;
	field->value = whole && name ? vt_strdup(name) : NULL;
	field->text = vt_printf("%s%s with %zu of %zu paths",
		map ? "a map " : "no map", map && name ? name : "", n, all);
	if (whole && !vt_str_eq(name, want))
		field->why = vt_printf("multipath calls its map '%s'", name);
}
