/* GRUB's boot code for a BIOS on disk images: in the first sector of a disk,
 * and the core image that this loads.
 *
 *	struct vt_grub g;
 *	if (vt_grub_read("disk.img", &g, err) < 0) return -1;
 *	if (g.core) ... g.first_byte, g.end_byte ...
 *
 * GRUB has no library for it. Source: boot.S, diskboot.S and i386/pc/boot.h of
 * GRUB 2: the boot code has the core image's first sector at 0x5c; that sector
 * ends with a list of the areas that have the rest. Sectors have 512 bytes.
 */
#ifndef VT_GRUB_H
#define VT_GRUB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct vt_grub {
	bool boot_code;        /* it is in the first sector */
	bool core;             /* what it loads is a core image */
	uint64_t first_sector; /* that it loads */
	/* of a core image: all its areas lie in between */
	uint64_t first_byte, end_byte;
};

/** vt_grub_read() - Return: 0; -1: the image cannot be read */
int vt_grub_read(const char *path, struct vt_grub *out, struct vt_err **err);

#endif
