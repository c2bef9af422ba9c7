/* All signatures on a device: file systems, swap, members of RAID and LVM,
 * encryption, partition tables. vt_blk_super_read() gives the one that counts;
 * these are all that libblkid knows of, old ones too, as wipefs(8) lists them.
 *
 *	VT_AUTO_BLK_SIGNATURES struct vt_blk_signatures s = {0};
 *	if (vt_blk_signatures_read("disk.img", offset, size, 512, &s, err) < 0)
 *		return -1;
 */
#ifndef VT_SIGNATURES_H
#define VT_SIGNATURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct vt_blk_signature {
	char *type;    /* ext4, LVM2_member, linux_raid_member, gpt, dos ... */
	char *version; /* 1.2, FAT32 ...; NULL: none */
	uint64_t at_bytes; /* of its magic bytes, from the device's start */
	bool no_parts; /* a dos table without partitions, as boot code has */
};

struct vt_blk_signatures {
	struct vt_blk_signature *v;
	size_t n;
};

/**
 * vt_blk_signatures_read() - of an area of an image
 * @size_bytes: of the area; 0: up to the end of the image
 * @sector_bytes: logical sector size of the guest's disk
 * Return: 0; -1: VT_HOST, the image cannot be read
 */
int vt_blk_signatures_read(const char *path, uint64_t offset_bytes,
	uint64_t size_bytes, unsigned sector_bytes,
	struct vt_blk_signatures *out, struct vt_err **err);
void vt_blk_signatures_free(struct vt_blk_signatures *s);
#define VT_AUTO_BLK_SIGNATURES __attribute__((cleanup(vt_blk_signatures_free)))

#endif
