/* The inside of a map, for the files that have its kinds. */
#ifndef VT_MAP_KIND_H
#define VT_MAP_KIND_H

#include "image/map.h"

struct vt_map {
	unsigned refs, depth, sector_bytes;
	unsigned cost; /* reads of images that a byte takes */
	uint64_t size_bytes;
	/* a range that is in the map */
	int (*read)(const struct vt_map *m, uint64_t at, unsigned char *buf,
		size_t len, struct vt_err **err);
	struct vt_map **parts; /* NULL in it: missing */
	size_t n;
	/* by kind */
	char *path;
	int fd;
	uint64_t from; /* where a slice begins, in its part */
	struct vt_map_array array;
	const struct vt_map_parity *parity; /* of level 4, 5 and 6 */
	struct vt_map_key *key;
};

/**
 * vt_map_make() - a map of parts, without a size
 * @all: a byte may need all of the parts, and not one of them
 * Return: NULL: too deep or too costly
 */
struct vt_map *vt_map_make(struct vt_map *const *parts, size_t n, bool all);

/** vt_map_fits() - whether a map can have the size, in bytes */
bool vt_map_fits(uint64_t size);

/** vt_map_key_free() - map_xts.c */
void vt_map_key_free(struct vt_map_key *key);

#endif
