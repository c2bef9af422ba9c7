/* File systems: their names in configs, mkfs, mount(8) and blkid, and which
 * labels and UUIDs they can have. */
#ifndef VT_FSTYPES_H
#define VT_FSTYPES_H

#include <stdbool.h>
#include <stddef.h>

struct vt_fstype {
	const char *word;       /* in a config */
	const char *mount_type; /* in fstab and for mount(8) */
	size_t label_max;       /* bytes; curtin truncates longer ones */
	bool uuid;              /* can be set by mkfs */
};

/** vt_fstype() - by its name in a config; NULL if unknown */
const struct vt_fstype *vt_fstype(const char *word);
/** vt_fstype_at() - all of them in turn; NULL after the last */
const struct vt_fstype *vt_fstype_at(size_t i);

/** vt_fstype_mount_type() - the word itself if unknown */
const char *vt_fstype_mount_type(const char *word);

/**
 * vt_fstype_same() - whether blkid's `type` and `version` are the file system
 * that a config calls `word`: fat32 is a vfat of version FAT32
 */
bool vt_fstype_same(const char *word, const char *type, const char *version);

/** vt_uuid_same() - ignores case and dashes, which differ for FAT */
bool vt_uuid_same(const char *a, const char *b);

#endif
