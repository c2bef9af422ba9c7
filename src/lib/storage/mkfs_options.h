/* Options of mkfs in a config (`extra_options` of a format), and what a
 * superblock shows of them.
 *
 *	struct vt_mkfs_found found = {0};
 *	vt_mkfs_judge(&(struct vt_mkfs_asked){"ext4", words, n, &super},
 *		&found);
 *	... found.wrong ...
 *	vt_mkfs_free(&found);
 */
#ifndef VT_MKFS_OPTIONS_H
#define VT_MKFS_OPTIONS_H

#include "base/str.h"
#include "image/super.h"

struct vt_mkfs_asked {
	const char *fstype; /* of the config */
	char *const *words; /* of the list */
	size_t n;
	const struct vt_super *super;
	const char *label, *uuid; /* as they were found, or NULL */
};

struct vt_mkfs_found {
	struct vt_str right;  /* "-b 1024, -O ^ext_attr" */
	struct vt_str wrong;  /* "-O ^ext_attr: feature ext_attr is set" */
	struct vt_str unseen; /* "-q: it leaves no trace" */
};

/** vt_mkfs_family() - of vt_super_read(); NULL: superblocks of this file system
 * are not read */
const char *vt_mkfs_family(const char *fstype);

/** vt_mkfs_judge() - compare each option with the superblock */
void vt_mkfs_judge(const struct vt_mkfs_asked *a, struct vt_mkfs_found *out);
void vt_mkfs_free(struct vt_mkfs_found *f);

#endif
