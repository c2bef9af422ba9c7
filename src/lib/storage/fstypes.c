#include "storage/fstypes.h"

#include <ctype.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

/* Source: man pages of each mkfs; for labels and UUIDs, curtin's
 * block/mkfs.py. */
static const struct vt_fstype fstypes[] = {
	{"btrfs", "btrfs", 256, true},
	{"ext2", "ext2", 16, true},
	{"ext3", "ext3", 16, true},
	{"ext4", "ext4", 16, true},
	{"f2fs", "f2fs", 512, true},
	{"fat", "vfat", 11, false},
	{"fat12", "vfat", 11, false},
	{"fat16", "vfat", 11, false},
	{"fat32", "vfat", 11, false},
	{"vfat", "vfat", 11, false},
	{"jfs", "jfs", 16, false},
	{"ntfs", "ntfs", 32, false},
	{"reiserfs", "reiserfs", 16, true},
	{"swap", "swap", 15, true},
	{"xfs", "xfs", 12, true},
};

const struct vt_fstype *vt_fstype_at(size_t i)
{
	return i < VT_COUNT(fstypes) ? &fstypes[i] : NULL;
}

const struct vt_fstype *vt_fstype(const char *word)
{
	for (size_t i = 0; i < VT_COUNT(fstypes); i++)
		if (!strcmp(fstypes[i].word, word))
			return &fstypes[i];
	return NULL;
}

const char *vt_fstype_mount_type(const char *word)
{
	const struct vt_fstype *t = vt_fstype(word);
	return t ? t->mount_type : word;
}

bool vt_fstype_same(const char *word, const char *type, const char *version)
{
	if (!type)
		return false;
	if (!strcmp(word, "fat"))
		return !strcmp(type, "vfat");
	if (!vt_str_starts(word, "fat"))
		return !strcmp(type, word);
	return !strcmp(type, "vfat") && version &&
	       vt_str_starts(version, "FAT") && !strcmp(version + 3, word + 3);
}

bool vt_uuid_same(const char *a, const char *b)
{
	for (;; a++, b++) {
		a += *a == '-';
		b += *b == '-';
		if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
			return false;
		if (!*a)
			return true;
	}
}
