/* Disk images, looked at offline: partition table, superblocks, zeroes.
 *
 *	VT_AUTO_BLK_TABLE struct vt_blk_table t = {0};
 *	if (vt_blk_table_read("disk.img", 512, &t, err) < 0) return -1;
 *	const struct vt_blk_part *p = vt_blk_part(&t, 2);
 *	VT_AUTO_BLK_SUPER struct vt_blk_super s = {0};
 *	if (p && vt_blk_super_read("disk.img", p->start_bytes, p->size_bytes,
 *		    &s, err) < 0) return -1;
 *
 * Raw images only, opened read-only: an ordinary user can do all of it. The
 * structs own their strings. What is not there (no table, no superblock) is
 * no error: the fields say so. Errors: VT_HOST for what cannot be read.
 * Tools that use it link blkid and fdisk.
 */
#ifndef VT_BLK_H
#define VT_BLK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct vt_blk_part {
	unsigned number; /* from 1; logical partitions from 5 */
	uint64_t start_bytes, size_bytes;
	char *type;    /* GPT: the GUID in upper case; msdos: "0x83" */
	char *name;    /* GPT only, else NULL; NULL when empty */
	bool bootable; /* msdos: the active flag */
};

struct vt_blk_table {
	char *kind; /* "msdos", "gpt", another label of libfdisk; NULL: none */
	struct vt_blk_part *parts; /* by number */
	size_t n;
};

struct vt_blk_super {
	char *type;    /* ext4, vfat, swap...; NULL: none was found; "several"
			  when signatures contradict each other */
	char *version; /* FAT32, 1.0... or NULL */
	char *label, *uuid; /* NULL: none */
};

/**
 * vt_blk_table_read() - the partition table of an image
 * @sector_bytes: logical sector size of the disk that the image was; a 4K GPT
 *   read with 512 looks like a protective msdos table
 */
int vt_blk_table_read(const char *path, unsigned sector_bytes,
	struct vt_blk_table *out, struct vt_err **err);
void vt_blk_table_free(struct vt_blk_table *t);
#define VT_AUTO_BLK_TABLE __attribute__((cleanup(vt_blk_table_free)))

/** vt_blk_part() - partition by number, or NULL */
const struct vt_blk_part *vt_blk_part(
	const struct vt_blk_table *t, unsigned number);

/**
 * vt_blk_super_read() - the file system, swap or RAID member at an offset
 * @size_bytes: 0 for all up to the end of the image
 */
int vt_blk_super_read(const char *path, uint64_t offset_bytes,
	uint64_t size_bytes, struct vt_blk_super *out, struct vt_err **err);
void vt_blk_super_free(struct vt_blk_super *s);
#define VT_AUTO_BLK_SUPER __attribute__((cleanup(vt_blk_super_free)))

/**
 * vt_blk_is_zero() - whether a range holds nothing but zero bytes; holes of a
 *   sparse image are skipped, and what lies past its end counts as zero
 * @at_bytes: set to the image's first byte that is not, when not NULL
 * Return: 1 zero, 0 not, -1 error
 */
int vt_blk_is_zero(const char *path, uint64_t offset_bytes, uint64_t size_bytes,
	uint64_t *at_bytes, struct vt_err **err);

#endif
