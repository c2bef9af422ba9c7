/* Links in /dev/disk/by-dname of the booted system: the one of a name leads to
 * the device that was found for the entry. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "storage/dname.h"
#include "storage/finders.h"

static const char see[] = "collect/ls_al_bydname";

/* What the rule would need of the device, if it may lack that; else NULL.
 * Source: curtin's make_dname() and make_dname_byid(). */
static const char *lacks(const struct vt_dev *d, const struct vt_found *f)
{
	if (vt_dev_is(d, VT_DISK) && !vt_dev_text(d, "serial") &&
		!vt_dev_text(d, "wwn") && !vt_lsblk_text(f->node, "serial") &&
		!vt_lsblk_text(f->node, "wwn"))
		return "serial or WWN";
	if (vt_dev_is(d, VT_PARTITION) && !vt_lsblk_text(f->node, "partuuid"))
		return "PARTUUID";
	return NULL;
}

/* udev has CACHED_UUID only of the kernel's event that starts the device, and
 * not all distributions keep it: then the rule is all that can be seen. */
static bool has_rule(struct vt_look *look, const char *name)
{
	VT_AUTO_FREE char *file = vt_printf("udev_rules.d/%s.rules", name);
	VT_AUTO_FREE char *link = vt_printf("disk/by-dname/%s\"", name);
	VT_AUTO_FREE char *text = NULL;
	size_t len;
	return look->facts->text(look->facts->arg, file, &text, &len, NULL) ==
		       1 &&
	       strstr(text, "CACHED_UUID") && strstr(text, link);
}

/* Whether NODE is a partition of an array, which has the array's UUID, too:
 * curtin's rule matches both. */
static bool is_on_array(
	const struct vt_dev *d, const struct vt_found *f, const char *node)
{
	const json_t *child;
	size_t i;
	if (!vt_dev_is(d, VT_RAID))
		return false;
	json_array_foreach (json_object_get(f->node, "children"), i, child)
		if (vt_str_eq(vt_lsblk_kname(child), node + strlen("/dev/")))
			return true;
	return false;
}

/* Whether NODE is the device on another path to a disk that has no map: the
 * rule matches that of each path, and the link leads to one. */
static bool is_path(
	struct vt_look *look, const struct vt_found *f, const char *node)
{
	const json_t *list = vt_devices_lsblk(vt_look_devices(look));
	const char *type = vt_lsblk_text(f->node, "type");
	const char *column = vt_str_eq(type, "disk")   ? "serial"
			     : vt_str_eq(type, "part") ? "partuuid"
						       : NULL;
	const char *id = column ? vt_lsblk_text(f->node, column) : NULL;
	const json_t *other =
		id ? vt_lsblk_find(list, type, node + strlen("/dev/")) : NULL;
	return other && vt_str_eq(vt_lsblk_text(other, column), id);
}

/* Why a missing link says nothing; owned, or NULL */
static char *excuse(struct vt_look *look, const struct vt_dev *d,
	const struct vt_found *f, const char *name)
{
	const char *what = lacks(d, f);
	if (what)
		return vt_printf("no link, and '%s' has no %s by which udev "
				 "could make it",
			d->id, what);
	if (vt_dev_is(d, VT_BCACHE) && has_rule(look, name))
		return vt_strdup("no link, but a rule for it, which udev "
				 "follows only when the kernel starts the "
				 "device");
	return NULL;
}

static char *names_of(const struct vt_devices *devices)
{
	struct vt_str names = VT_STR_INIT;
	vt_devices_dnames(devices, &names);
	return names.len ? vt_str_take(&names) : vt_strdup("none");
}

static void fill(struct vt_look *look, const struct vt_dev *d,
	const struct vt_found *f, const char *name,
	struct vt_found_field *field)
{
	const struct vt_devices *devices = vt_look_devices(look);
	VT_AUTO_FREE char *spec = vt_printf("/dev/disk/by-dname/%s", name);
	VT_AUTO_FREE char *node = vt_devices_node(devices, spec);
	VT_AUTO_FREE char *want = vt_printf("/dev/%s", vt_lsblk_kname(f->node));
	if (node && is_on_array(d, f, node)) {
		field->why = vt_printf("a link to %s, since the rule of an "
				       "array matches its partitions, too",
			node);
		return;
	}
	if (node) {
		field->same = !strcmp(node, want) || is_path(look, f, node);
		field->text = field->same ? vt_printf("a link to %s", node)
					  : vt_printf("a link to %s, and '%s' "
						      "is %s",
						    node, d->id, want);
		return;
	}
	VT_AUTO_FREE char *names = names_of(devices);
	field->why = excuse(look, d, f, name);
	field->text =
		vt_printf("no such link to %s; there are: %s", want, names);
}

void vt_found_add_dname(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	VT_AUTO_STR struct vt_str names = VT_STR_INIT;
	const struct vt_field *want = vt_dname_statement(d);
	if (!want || !want->expected || !want->text)
		return;
	struct vt_found_field *field = vt_found_add(f, want->key->word);
	field->see = see;
	if (vt_storage_look(look)->no_dnames)
		field->why = vt_strdup(vt_storage_look(look)->no_dnames);
	else if (!vt_devices_dnames(vt_look_devices(look), &names))
		field->why = vt_strdup("no 'ls_al_bydname' was collected");
	else if (!vt_lsblk_kname(f->node))
		field->why = vt_printf("lsblk.json has no '%s'", d->id);
	else
		fill(look, d, f, want->text, field);
}
