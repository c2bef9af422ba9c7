/* Members of Linux software RAID (MD), looked at offline: the superblock.
 *
 *	struct vt_md md;
 *	int rc = vt_md_read("disk.img", offset, size, &md, err);
 *	if (rc == 1) ... md.level, md.role ...
 *
 * No md driver, no privilege, and nothing to be freed. Bytes of a disk are
 * hostile: a superblock counts only if its checksum is right and it describes
 * what can be. Of several the newest counts, as for mdadm(8). Source:
 * include/uapi/linux/raid/md_p.h and drivers/md/md.c of Linux; of metadata 0.90
 * the byte order of little-endian machines.
 */
#ifndef VT_MD_H
#define VT_MD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum vt_md_role {
	VT_MD_ACTIVE,
	VT_MD_REBUILT, /* has its place, but not yet its data */
	VT_MD_SPARE,
	VT_MD_FAILED,
	VT_MD_JOURNAL,
};

struct vt_md {
	const char *metadata; /* "0.90", "1.0", "1.1", "1.2" */
	char name[33];        /* "host:name"; 0.90 has none: "" */
	uint32_t minor;       /* of 0.90: its device was /dev/mdN */
	unsigned char uuid[16];
	int32_t level;     /* -1: linear */
	uint32_t devices;  /* that the array consists of, without spares */
	uint32_t present;  /* of these, which it had at last */
	uint32_t position; /* among them, of VT_MD_ACTIVE and VT_MD_REBUILT */
	enum vt_md_role role;
	bool clean; /* no write was under way */
	uint64_t events, created_s;
	uint64_t data_bytes; /* where the content is in the member */
	uint64_t size_bytes; /* that it uses of each member; 0: unknown */
	/* what this member has for content, which levels that need no equal
	 * members use: linear and 0; 0: unknown */
	uint64_t member_bytes;
	uint64_t chunk_bytes;
	uint32_t layout;  /* by level; of level 0: VT_MD_LAYOUT_ */
	bool reshaped;    /* a change of its shape is under way */
	bool replacement; /* of another member that has the same position */
	bool journaled;   /* its newest data may be on another device */
};

/* Where a level 0 of unequal members goes on after the smallest is full: Linux
 * before 3.14 and since then have different layouts. Source: raid0.h */
enum {
	VT_MD_LAYOUT_UNKNOWN,
	VT_MD_LAYOUT_ORIGINAL,
	VT_MD_LAYOUT_ALTERNATE,
};

/**
 * vt_md_read() - the superblock of a member in a stretch of an image
 * Return: 1, 0 there is none, -1 the image cannot be read
 */
int vt_md_read(const char *path, uint64_t offset_bytes, uint64_t size_bytes,
	struct vt_md *out, struct vt_err **err);

/**
 * vt_md_parse() - a superblock
 * @data: VT_MD_BYTES from where it begins
 * @at_bytes: where that is in the member, which metadata 1.x has to say too
 * @size_bytes: of the member
 * Return: 1, 0 it is none
 */
int vt_md_parse(const unsigned char *data, uint64_t at_bytes,
	uint64_t size_bytes, struct vt_md *out);
enum { VT_MD_BYTES = 4096 };

/** vt_md_level() - "raid5", "linear", ...; NULL: no level that a config has */
const char *vt_md_level(int32_t level);

#endif
