/* The content of an MD array, as a map over its members.
 *
 *	struct vt_map *content = vt_md_map(&newest, members, n, &why);
 *	if (!content) ... vt_md_why_text(why) ...
 *	vt_map_unref(content);
 */
#ifndef VT_MD_MAP_H
#define VT_MD_MAP_H

#include "image/map.h"
#include "image/md.h"

struct vt_md_member {
	const struct vt_md *md;
	struct vt_map *map; /* of the device, superblock and all */
};

/* Why there is no map. */
enum vt_md_why {
	VT_MD_MAPPED,
	VT_MD_NO_LEVEL,
	VT_MD_NO_MEMBERS,
	VT_MD_NO_PARITY,
	VT_MD_NO_LAYOUT,
	VT_MD_NO_ZONES,
	VT_MD_RESHAPED,
	VT_MD_JOURNALED,
};

/**
 * vt_md_map() - the array that a superblock describes
 * @members: in any order, those that the array works with; of a level that has
 *   copies or parity some may be missing, or be rebuilt
 * Return: a new map; NULL: *why
 */
struct vt_map *vt_md_map(const struct vt_md *array,
	const struct vt_md_member *members, size_t n, enum vt_md_why *why);

/** vt_md_why_text() - in words */
const char *vt_md_why_text(enum vt_md_why why);

#endif
