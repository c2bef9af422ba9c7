/* The line of an encrypted volume in crypttab(5), whose fields are separated as
 * those of fstab. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "storage/finders.h"
#include "storage/fstab.h"

/* `same`: the line names the volume; value: the line */
static void add_line(struct vt_look *look, const struct vt_dev *d,
	struct vt_found_field *field, const struct vt_fstab_line *l)
{
	const struct vt_found_field *uuid =
		vt_found_field(vt_look_at(look, d, VT_SIDE_DISK), "uuid");
	const struct vt_found *volume =
		vt_look_at(look, vt_dev_ref(d, "volume"), VT_SIDE_FACTS);
	VT_AUTO_FREE char *shown = NULL;
	enum vt_spec_names names =
		vt_spec_names(look, uuid ? uuid->value : NULL,
			vt_lsblk_kname(volume->node), l->point, NULL, &shown);
	field->same = names == VT_SPEC_NAMES;
	field->value = vt_strdup(l->text);
	field->text = vt_printf("line %zu: '%s'", l->number, l->text);
	if (names == VT_SPEC_UNKNOWN)
		field->why = vt_printf(
			"the device of %s is not in the collected facts",
			l->point);
}

void vt_found_add_crypttab(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	const struct vt_facts *facts = look->facts;
	const char *name = vt_dev_text(d, "dm_name");
	struct vt_found_field *field = vt_found_add(f, "crypttab");
	VT_AUTO_FSTAB struct vt_fstab tab = {0};
	VT_AUTO_FREE char *text = NULL;
	size_t len;
	field->see = "collect/crypttab";
	if (facts->text(facts->arg, "crypttab", &text, &len, NULL) != 1) {
		field->why = vt_strdup("no 'crypttab' was collected");
		return;
	}
	vt_fstab_parse(&tab, text, len);
	for (size_t i = 0; i < tab.n; i++)
		if (vt_str_eq(tab.v[i].spec, name)) {
			add_line(look, d, field, &tab.v[i]);
			return;
		}
	field->text = vt_printf("no line for '%s'", name ? name : "");
}
