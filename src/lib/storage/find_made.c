/* Disks of a config that another entry makes: found where that is. */
#include "storage/finders.h"
#include "storage/place.h"

bool vt_find_made(struct vt_look *look, const struct vt_dev *d,
	enum vt_side side, struct vt_found *f)
{
	const char *id = vt_dev_text(d, "made_by");
	const struct vt_dev *maker = id ? vt_graph_find(look->graph, id) : NULL;
	if (!maker)
		return false;
	const struct vt_found *on = vt_look_at(look, maker, side);
	f->see = on->see;
	if (on->state != VT_FOUND) {
		vt_found_pass_on(f, on);
	} else if (side == VT_SIDE_FACTS && on->node) {
		f->node = on->node;
		f->state = VT_FOUND;
		vt_found_add_table_facts(f);
	} else if (side == VT_SIDE_FACTS) {
		vt_found_untold(f, "lsblk.json has no '%s'", id);
	} else if (!on->place) {
		vt_found_untold(f, "%s", vt_found_no_place(on));
	} else if (vt_found_place(f, vt_map_ref(vt_place_map(on->place)))) {
		f->state = VT_FOUND;
		vt_found_own_table(f, d);
	}
	return true;
}
