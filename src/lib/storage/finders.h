/* Finders in files of their own, for the tables in find_disk.c and
 * find_facts.c. */
#ifndef VT_FINDERS_H
#define VT_FINDERS_H

#include "storage/look.h"

vt_finder vt_find_mount;               /* find_mount.c */
vt_finder vt_find_volgroup;            /* find_lvm.c */
vt_finder vt_find_lvm_partition;       /* find_lvm.c */
vt_finder vt_find_volgroup_facts;      /* find_lvm_facts.c */
vt_finder vt_find_lvm_partition_facts; /* find_lvm_facts.c */

/** vt_lsblk_text() - a column of an object of lsblk.json; NULL when empty */
const char *vt_lsblk_text(const json_t *node, const char *column);
/** vt_lsblk_kname() - the kernel's name of the device; older versions of lsblk
 * have only its name */
const char *vt_lsblk_kname(const json_t *node);
/** vt_lsblk_find() - the first object below a list of a type and name */
const json_t *vt_lsblk_find(
	const json_t *list, const char *type, const char *name);

#endif
