/* File systems as configs, mkfs, mount(8) and blkid name them, and what a
 * config can ask of each. */
#ifndef VT_FSTYPES_H
#define VT_FSTYPES_H

#include <stdbool.h>
#include <stddef.h>

struct vt_fstype {
	const char *word;       /* in a config */
	const char *mount_type; /* in fstab and for mount(8) */
	size_t label_max;       /* bytes; curtin cuts what is longer */
	bool uuid;              /* mkfs can be told one */
};

/** vt_fstype() - by a config's word; NULL for an unknown one */
const struct vt_fstype *vt_fstype(const char *word);
/** vt_fstype_at() - all of them in turn; NULL after the last */
const struct vt_fstype *vt_fstype_at(size_t i);

/** vt_fstype_mount_type() - the word itself for an unknown one */
const char *vt_fstype_mount_type(const char *word);

/**
 * vt_fstype_same() - whether what blkid calls `type`, of `version`, is what a
 * config calls `word`: fat32 is a vfat of version FAT32
 */
bool vt_fstype_same(const char *word, const char *type, const char *version);

/** vt_uuid_same() - a FAT's has no fixed case and may lack the dash */
bool vt_uuid_same(const char *a, const char *b);

#endif
