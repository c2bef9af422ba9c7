/* Pools of ZFS on disk images: each of their devices has a superblock with the
 * name of its pool. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "image/blk.h"
#include "storage/finders.h"
#include "storage/place.h"

/* Of a whole disk ZFS uses the first partition, which it makes. */
static int read_super(
	const struct vt_found *on, struct vt_blk_super *s, struct vt_err **err)
{
	struct vt_map *map = vt_place_map(on->place);
	const struct vt_blk_part *first =
		on->table && on->table->n ? on->table->parts : NULL;
	struct vt_place *place = vt_place_new(
		first ? vt_map_slice(map, first->start_bytes, first->size_bytes)
		      : vt_map_ref(map));
	struct vt_stretch at = {0};
	int rc = place ? vt_place_stretch(place, &at, err) : 0;
	if (rc == 0 && at.size_bytes)
		rc = vt_blk_super_read(
			at.path, at.offset_bytes, at.size_bytes, s, err);
	vt_place_free(place);
	return rc;
}

/* What a pool consists of: the entries that belong to it, and what the others
 * are. */
struct parts {
	struct vt_str ids, others;
	char *pool; /* that the first of them names */
};

/* Return: 0; -1: it cannot be told, which is set in `f` */
static int add_part(struct vt_look *look, const struct vt_dev *used,
	const char *pool, struct parts *parts, struct vt_found *f)
{
	VT_AUTO_BLK_SUPER struct vt_blk_super s = {0};
	VT_AUTO_ERR struct vt_err *err = NULL;
	const struct vt_found *on = vt_found_part(look, used, f);
	if (!on)
		return -1;
	if (read_super(on, &s, &err) < 0) {
		vt_found_error(f, &err);
		return -1;
	}
	bool member = vt_str_eq(s.type, "zfs_member");
	if (member && !parts->pool)
		parts->pool = vt_strdup(s.label);
	if (member && vt_str_eq(s.label, pool)) {
		vt_str_item(&parts->ids, ", ", used->id);
		return 0;
	}
	VT_AUTO_FREE char *text = vt_printf("'%s' has %s%s", used->id,
		member   ? "a superblock of the pool "
		: s.type ? s.type
			 : "no superblock",
		!member   ? ""
		: s.label ? s.label
			  : "without a name");
	vt_str_item(&parts->others, ", ", text);
	return 0;
}

void vt_find_zpool(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	struct parts parts = {VT_STR_INIT, VT_STR_INIT, NULL};
	bool told = true;
	for (size_t i = 0; told && i < d->n_refs; i++)
		told = add_part(look, d->refs[i].used, vt_dev_text(d, "pool"),
			       &parts, f) == 0;
	if (told) {
		struct vt_found_field *field = vt_found_add(f, "pool");
		field->value = vt_strdup(parts.pool);
		field->text = parts.pool ? vt_printf("'%s'", parts.pool)
					 : vt_strdup(vt_str_c(&parts.others));
		field = vt_found_add(f, "vdevs");
		field->value = vt_strdup(vt_str_c(&parts.ids));
		field->text = vt_printf("%s%s%s", vt_str_c(&parts.ids),
			parts.ids.len && parts.others.len ? "; " : "",
			vt_str_c(&parts.others));
	}
	vt_str_free(&parts.ids);
	vt_str_free(&parts.others);
	free(parts.pool);
}
