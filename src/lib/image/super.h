/* Superblocks on disk images: the numbers and features that mkfs's options
 * choose, beside what libblkid tells (blk.h).
 *
 *	struct vt_super s;
 *	if (vt_super_read("ext", "disk.img", offset, size, &s, err) == 1 &&
 *		vt_super_number(&s, "inode_size", &n)) ...
 *	... vt_super_feature(&s, "metadata_csum") ...
 *
 * ext2 to ext4 are libext2fs's; those of XFS, btrfs, FAT and swap have no
 * library in Debian. Bytes of a disk are hostile: a superblock whose checksum
 * does not fit is none. Sources: xfs_format.h, btrfs's ctree.h, Microsoft's FAT
 * specification, swapheader.h.
 */
#ifndef VT_SUPER_H
#define VT_SUPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { VT_SUPER_NUMBERS = 16, VT_SUPER_FEATURES = 3 };

struct vt_super_family;

struct vt_super {
	const struct vt_super_family *family;
	struct {
		const char *name;
		uint64_t n;
	} numbers[VT_SUPER_NUMBERS];
	size_t n;
	uint32_t features[VT_SUPER_FEATURES]; /* masks, of the family */
	bool mounted; /* it has been, as far as the superblock says */
};

/**
 * vt_super_read() - the superblock in a stretch of an image
 * @family: "ext", "xfs", "btrfs", "vfat" or "swap"
 * Return: 1; 0: there is none, or the family is another; -1: the image cannot
 *   be read
 */
int vt_super_read(const char *family, const char *path, uint64_t offset_bytes,
	uint64_t size_bytes, struct vt_super *out, struct vt_err **err);

/** vt_super_reads() - whether superblocks of a family are read */
bool vt_super_reads(const char *family);

/** vt_super_number() - a number by its name; false: it has none of this name */
bool vt_super_number(const struct vt_super *s, const char *name, uint64_t *n);

/**
 * vt_super_feature() - whether a feature is set, by the name that mkfs has
 * Return: 1, 0, or -1: the name is unknown, and features that are set may be
 *   unknown, too
 */
int vt_super_feature(const struct vt_super *s, const char *name);

/* For the readers of families. */
struct vt_super_area {
	int fd;
	const char *path;
	uint64_t offset, size;
};
struct vt_super_family {
	const char *name;
	bool (*read)(const struct vt_super_area *a, struct vt_super *out);
	int (*feature)(const struct vt_super *s, const char *name);
};
extern const struct vt_super_family vt_super_ext, vt_super_xfs, vt_super_btrfs;

bool vt_super_bytes(
	const struct vt_super_area *a, uint64_t at, void *buf, size_t len);
void vt_super_add(struct vt_super *s, const char *name, uint64_t n);

#endif
