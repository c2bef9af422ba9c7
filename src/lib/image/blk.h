/* Offline inspection of disk images: partition table, superblocks, zero bytes.
 *
 *	VT_AUTO_BLK_TABLE struct vt_blk_table t = {0};
 *	if (vt_blk_table_read("disk.img", 512, &t, err) < 0) return -1;
 *	const struct vt_blk_part *p = vt_blk_part(&t, 2);
 *	VT_AUTO_BLK_SUPER struct vt_blk_super s = {0};
 *	if (p && vt_blk_super_read("disk.img", p->start_bytes, p->size_bytes,
 *		    &s, err) < 0) return -1;
 *
 * Images must be raw; they are opened read-only, and no privileges are needed.
 * The structs own their strings. A missing partition table or superblock is not
 * an error; the fields are then NULL. Errors: VT_HOST for images that cannot be
 * read. Tools that use this link with blkid and fdisk.
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
	char *type; /* GPT: the GUID in upper case; msdos: "0x83" */
	/* GPT only; NULL: none. The UUID is in upper case. */
	char *name, *uuid;
	uint64_t attrs; /* GPT only: bits */
	bool bootable;  /* msdos: the active flag */
};

struct vt_blk_table {
	char *kind; /* "msdos", "gpt", another libfdisk name; NULL: no table */
	struct vt_blk_part *parts; /* sorted by number */
	size_t n;
	/* what the table takes at the start and the end of the disk */
	uint64_t head_bytes, tail_bytes;
	/* a gpt that libfdisk puts right, and a kernel may not read: the
	 * header at the start or the copy at the end is missing */
	bool no_header, no_copy;
};

struct vt_blk_super {
	char *type;         /* ext4, vfat, swap...; NULL: none found; "several":
			       signatures of different types */
	char *version;      /* FAT32, 1.0...; NULL: none */
	char *label, *uuid; /* NULL: none */
};

/** vt_blk_open_area() - open an image, to probe an area of it
 * @size_bytes: of the area, 0: up to the end of the image; set to what of it
 *   lies in the image, since a partition table may point past the end: 0: none
 * Return: a descriptor; -1: VT_HOST, as for a file that is not a regular one */
int vt_blk_open_area(const char *path, uint64_t offset_bytes,
	uint64_t *size_bytes, struct vt_err **err);

/**
 * vt_blk_table_read() - read the partition table of an image
 * @sector_bytes: logical sector size of the guest's disk; with 512, a GPT for
 *   4096 looks like a protective msdos table
 */
int vt_blk_table_read(const char *path, unsigned sector_bytes,
	struct vt_blk_table *out, struct vt_err **err);
void vt_blk_table_free(struct vt_blk_table *t);
#define VT_AUTO_BLK_TABLE __attribute__((cleanup(vt_blk_table_free)))

/** vt_blk_part() - find a partition by number; NULL: none; borrowed */
const struct vt_blk_part *vt_blk_part(
	const struct vt_blk_table *t, unsigned number);

/**
 * vt_blk_super_read() - identify the file system, swap or RAID member at an
 *   offset
 * @size_bytes: of the area; 0: up to the end of the image
 */
int vt_blk_super_read(const char *path, uint64_t offset_bytes,
	uint64_t size_bytes, struct vt_blk_super *out, struct vt_err **err);
void vt_blk_super_free(struct vt_blk_super *s);
#define VT_AUTO_BLK_SUPER __attribute__((cleanup(vt_blk_super_free)))

/**
 * vt_blk_is_zero() - does a range contain only zero bytes? Bytes past the end
 *   of the image count as zero; holes are skipped without reading
 * @at_bytes: set to the offset of the first other byte; may be NULL
 * Return: 1 only zeros, 0 not, -1 error
 */
int vt_blk_is_zero(const char *path, uint64_t offset_bytes, uint64_t size_bytes,
	uint64_t *at_bytes, struct vt_err **err);

#endif
