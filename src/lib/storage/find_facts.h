/* Finders in facts that have files of their own, for the table in
 * find_facts.c. */
#ifndef VT_FIND_FACTS_H
#define VT_FIND_FACTS_H

#include "storage/look.h"

void vt_find_mount(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f);

/** vt_lsblk_text() - a column of an object of lsblk.json; NULL when empty */
const char *vt_lsblk_text(const json_t *node, const char *column);

#endif
