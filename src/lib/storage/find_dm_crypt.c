/* Encrypted volumes: their headers on disk images, and in lsblk.json what the
 * booted system has opened. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "image/luks.h"
#include "image/luks_open.h"
#include "storage/finders.h"

static void add_header(struct vt_found *f, const struct vt_dev *volume,
	const struct vt_luks *l)
{
	struct vt_found_field *field = vt_found_add(f, "volume");
	field->value = vt_strdup(volume->id);
	field->text = vt_printf("'%s': LUKS version %u, UUID %s%s%s%s",
		volume->id, l->version, l->uuid, *l->label ? ", label '" : "",
		l->label, *l->label ? "'" : "");
	field = vt_found_add(f, "dm_name");
	field->why = vt_strdup("a LUKS header does not have it");
	/* for crypttab */
	field = vt_found_add(f, "uuid");
	field->value = vt_strdup(l->uuid);
}

/* Whether the config's key opens it, and what it then has. */
static void add_key(
	struct vt_found *f, const struct vt_dev *d, const struct vt_found *on)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	struct vt_luks_opened o;
	const char *key = vt_dev_text(d, "key");
	if (!key)
		return;
	if (vt_luks_open(vt_place_map(on->place), key, &o, &err) < 0) {
		vt_found_error(f, &err);
		return;
	}
	const char *text = vt_luks_answer_text(o.answer);
	struct vt_found_field *field = vt_found_add(f, "key");
	field->same = o.answer != VT_LUKS_OPENS_NOT;
	field->text = vt_strdup(text);
	if (!vt_luks_is_known(o.answer))
		field->why = vt_strdup(text);
	if (o.content)
		vt_found_place(f, o.content);
	else
		f->why = vt_strdup(text);
}

void vt_find_dm_crypt(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	struct vt_luks l;
	struct vt_stretch at;
	const struct vt_dev *volume = vt_dev_ref(d, "volume");
	const struct vt_found *on = vt_found_placed(look, d, "volume", f);
	if (!on)
		return;
	if (vt_dev_is_random(d)) {
		vt_found_untold(f, "with a random key it has no header");
		return;
	}
	if (!vt_found_stretch(f, on, &at))
		return;
	int rc =
		vt_luks_read(at.path, at.offset_bytes, at.size_bytes, &l, &err);
	if (rc < 0)
		vt_found_error(f, &err);
	else if (rc == 0)
		vt_found_missing(f, "no LUKS header on '%s'", volume->id);
	else {
		add_header(f, volume, &l);
		add_key(f, d, on);
	}
}

/* The first child of lsblk's object that is open, or NULL. */
static const json_t *opened(const json_t *node)
{
	const json_t *child;
	size_t i;
	json_array_foreach (json_object_get(node, "children"), i, child)
		if (vt_str_eq(vt_lsblk_text(child, "type"), "crypt"))
			return child;
	return NULL;
}

/* Which volume is open by the name, unless that is unknown. */
static void add_volume(struct vt_found *f, const struct vt_dev *volume,
	const struct vt_found *on, const json_t *open)
{
	struct vt_found_field *field = vt_found_add(f, "volume");
	if (on->state != VT_FOUND || !on->node) {
		field->why = vt_strdup(
			on->why ? on->why : "lsblk.json does not have it");
		return;
	}
	bool same = open &&
		    vt_str_eq(vt_lsblk_kname(open), vt_lsblk_kname(f->node));
	field->value = same ? vt_strdup(volume->id) : NULL;
	field->text = vt_printf("/dev/%s is %sopen as /dev/mapper/%s",
		vt_lsblk_kname(on->node), same ? "" : "not ",
		vt_lsblk_text(f->node, "name"));
}

void vt_find_dm_crypt_facts(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	const struct vt_dev *volume = vt_dev_ref(d, "volume");
	const struct vt_found *on = vt_look_at(look, volume, VT_SIDE_FACTS);
	const json_t *list = vt_devices_lsblk(vt_look_devices(look));
	const char *name = vt_dev_text(d, "dm_name");
	const json_t *open = opened(on->node);
	vt_found_add_crypttab(look, d, f);
	f->see = "collect/lsblk.json";
	if (!list || !name) {
		vt_found_untold(f, "no 'lsblk.json' was collected");
		return;
	}
	f->node = vt_lsblk_find(list, "crypt", name);
	if (!f->node)
		f->node = open;
	if (!f->node) {
		vt_found_missing(f,
			"the booted system has not opened '%s' as "
			"/dev/mapper/%s",
			volume->id, name);
		return;
	}
	struct vt_found_field *field = vt_found_add(f, "dm_name");
	field->value = vt_strdup(vt_lsblk_text(f->node, "name"));
	field->text = vt_printf("'%s'", field->value);
	add_volume(f, volume, on, open);
}
