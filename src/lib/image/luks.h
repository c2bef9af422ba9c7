/* LUKS headers on disk images: of an encrypted volume, whose key is not needed.
 *
 *	struct vt_luks l;
 *	int rc = vt_luks_read("disk.img", offset, size, &l, err);
 *	if (rc == 1) ... l.version, l.uuid ...
 *
 * libcryptsetup reads block devices and files as a whole, not a stretch of an
 * image; libblkid takes headers of any version and does not look at checksums.
 * Source: the LUKS on-disk format specification, 1.2.3, and that of LUKS2.
 */
#ifndef VT_LUKS_H
#define VT_LUKS_H

#include <stdint.h>

#include "base/err.h"

struct vt_luks {
	unsigned version; /* 1 or 2 */
	char uuid[41];
	char label[49]; /* of version 2; "": none */
};

/**
 * vt_luks_read() - the header in a stretch of an image. Version 2 has two
 *   copies with checksums, and one is enough, as it is for cryptsetup
 * Return: 1, 0 there is none, -1 the image cannot be read
 */
int vt_luks_read(const char *path, uint64_t offset_bytes, uint64_t size_bytes,
	struct vt_luks *out, struct vt_err **err);

#endif
