/* Finders that have files of their own, for the tables in find_disk.c and
 * find_facts.c. */
#ifndef VT_FINDERS_H
#define VT_FINDERS_H

#include "storage/look.h"

vt_finder vt_find_mount; /* find_mount.c */

/** vt_lsblk_text() - a column of an object of lsblk.json; NULL when empty */
const char *vt_lsblk_text(const json_t *node, const char *column);

#endif
