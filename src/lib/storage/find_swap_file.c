/* The swap file of the config's section `swap`, where there must be none, or
 * where the installer decides. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "storage/finders.h"
#include "storage/fstab.h"
#include "storage/swaps.h"

/* Add where the file is used. Return: 0; -1: a fact is missing, which is added
 */
static int add_uses(
	const struct vt_facts *facts, const char *file, struct vt_str *uses)
{
	VT_AUTO_SWAPS struct vt_swaps swaps = {0};
	VT_AUTO_FSTAB struct vt_fstab fstab = {0};
	VT_AUTO_FREE char *text = NULL;
	size_t len;
	int used = vt_swaps_read(&swaps, facts, NULL);
	int listed = facts->text(facts->arg, "fstab", &text, &len, NULL);
	if (used != 1 || listed != 1) {
		vt_str_addf(uses, "no '%s' was collected",
			used != 1 ? "proc-swaps" : "fstab");
		return -1;
	}
	vt_fstab_parse(&fstab, text, len);
	for (size_t i = 0; i < swaps.n; i++)
		if (!strcmp(swaps.v[i].name, file))
			vt_str_item(uses, "; ", "it is in use");
	for (size_t i = 0; i < fstab.n; i++) {
		const struct vt_fstab_line *l = &fstab.v[i];
		if (strcmp(l->spec, file) != 0 || strcmp(l->type, "swap") != 0)
			continue;
		VT_AUTO_FREE char *line = vt_printf(
			"line %zu of fstab: '%s'", l->number, l->text);
		vt_str_item(uses, "; ", line);
	}
	return 0;
}

bool vt_find_swap_file(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	const char *absent = vt_dev_text(d, "absent");
	const char *optional = vt_dev_text(d, "optional");
	VT_AUTO_STR struct vt_str uses = VT_STR_INIT;
	if (!absent && !optional)
		return false;
	f->see = "collect/fstab";
	int rc = add_uses(look->facts, absent ? absent : d->id, &uses);
	if (!absent) {
		bool none = rc == 0 && !uses.len;
		if (none)
			vt_found_untold(f, "%s", optional);
		return none;
	}
	struct vt_found_field *field = vt_found_add(f, "absent");
	field->same = !uses.len;
	field->why = rc < 0 ? vt_strdup(vt_str_c(&uses)) : NULL;
	field->text = vt_strdup(uses.len ? uses.s : "none");
	return true;
}
