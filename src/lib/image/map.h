/* The content of a device as a tree over stretches of disk images: slices,
 * concatenations, arrays with stripes, copies or parity, decryption.
 *
 *	struct vt_map *disk = vt_map_file("disk.img", 512, err);
 *	struct vt_map *part = vt_map_slice(disk, start, size);
 *	if (vt_map_read(part, 0, buf, sizeof(buf), err) < 0) ...
 *	vt_map_unref(part);
 *	vt_map_unref(disk);
 *
 * Offsets and sizes are bytes. A map is never changed, and counts its
 * references: constructors return a new one, and keep one to each part they are
 * given, which stays the caller's. NULL stands for a map that cannot be:
 * numbers of a superblock are hostile, and so are bounded here: at most 16
 * levels, and 256 reads of images for a byte.
 */
#ifndef VT_MAP_H
#define VT_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct vt_map;

/**
 * vt_map_file() - a whole disk image
 * @sector_bytes: logical sector size of the guest's disk
 * Errors: VT_HOST, if it is no regular file, or cannot be opened
 */
struct vt_map *vt_map_file(
	const char *path, unsigned sector_bytes, struct vt_err **err);

/** vt_map_slice() - a part of a map; what is past its end is cut off */
struct vt_map *vt_map_slice(
	struct vt_map *of, uint64_t offset_bytes, uint64_t size_bytes);

/** vt_map_concat() - parts one after the other */
struct vt_map *vt_map_concat(struct vt_map *const *parts, size_t n);

/* Arrays whose parts take turns. */
struct vt_map_array {
	int level;       /* 0, 4, 5, 6, 10, as MD counts */
	uint32_t layout; /* of level 5, 6 and 10: MD's number */
	uint64_t chunk_bytes;
	uint64_t part_bytes; /* that are used of each part */
	uint32_t first;      /* of level 0: the part that has the first chunk */
};

/**
 * vt_map_array() - as MD lays it out, or LVM, whose stripes are level 0
 * @parts: by position; NULL: one that is missing. Level 10 then needs a copy of
 *   each chunk, the others allow for one, and reconstruct it from the parity
 * Source: raid0.c, raid5.c and raid10.c of Linux, drivers/md
 */
struct vt_map *vt_map_array(struct vt_map *const *parts, size_t n,
	const struct vt_map_array *array);

/** vt_map_xts() - AES-XTS with sector numbers ("plain64") as dm-crypt has it
 * @key: 32 or 64 bytes: two keys of AES
 * @sector_bytes: 512 to 4096; numbers count 512 bytes in any case */
struct vt_map *vt_map_xts(struct vt_map *of, const unsigned char *key,
	size_t key_bytes, unsigned sector_bytes, uint64_t first_sector);

struct vt_map *vt_map_ref(struct vt_map *m);
/** vt_map_unref() - frees it with the last reference; NULL is nothing */
void vt_map_unref(struct vt_map *m);
void vt_map_unrefp(struct vt_map **m);
#define VT_AUTO_MAP __attribute__((cleanup(vt_map_unrefp)))

uint64_t vt_map_size(const struct vt_map *m);
/** vt_map_sector() - the largest logical sector of what it is made of */
unsigned vt_map_sector(const struct vt_map *m);

/**
 * vt_map_read() - past the end there are zeros
 * Errors: VT_HOST for an image that cannot be read
 */
int vt_map_read(const struct vt_map *m, uint64_t offset_bytes, void *buf,
	size_t len, struct vt_err **err);

/** vt_map_stretch() - whether the map is a stretch of one image, which can be
 * read in place; the path is the map's */
bool vt_map_stretch(
	const struct vt_map *m, const char **path, uint64_t *offset_bytes);

/** vt_map_copy() - a part of it to the same place of a file, in which zeros
 * become holes */
int vt_map_copy(const struct vt_map *m, int fd, uint64_t from_bytes,
	uint64_t to_bytes, struct vt_err **err);

/**
 * vt_map_is_zero() - does it contain only zero bytes? All of it is read
 * @at_bytes: set to the offset of the first other byte
 * Return: 1 only zeros, 0 not, -1 error
 */
int vt_map_is_zero(
	const struct vt_map *m, uint64_t *at_bytes, struct vt_err **err);

#endif
