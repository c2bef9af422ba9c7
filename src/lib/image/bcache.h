/* bcache superblocks on disk images: of the device that holds the data, and of
 * the one that caches it.
 *
 *	struct vt_bcache b;
 *	int rc = vt_bcache_read("disk.img", offset, size, &b, err);
 *	if (rc == 1 && b.backing) ... b.set_uuid, b.data_bytes ...
 *
 * bcache-tools has no library. Bytes of a disk are hostile: a superblock whose
 * checksum does not fit is none. Source: struct cache_sb_disk and read_super()
 * in Linux, drivers/md/bcache.
 */
#ifndef VT_BCACHE_H
#define VT_BCACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum vt_bcache_state {
	VT_BCACHE_DETACHED, /* no cache has been used */
	VT_BCACHE_CLEAN,    /* all data is on the backing device */
	VT_BCACHE_DIRTY,    /* newer data is on the cache device */
	VT_BCACHE_STALE,    /* the cache had newer data, and is lost */
};

struct vt_bcache {
	bool backing; /* else: a cache device */
	uint64_t version;
	char uuid[37], set_uuid[37];
	char label[33];
	uint32_t block_bytes;
	/* of a backing device */
	enum vt_bcache_state state;
	const char *mode;    /* writeback...; NULL: unknown */
	uint64_t data_bytes; /* where its data begins */
};

/**
 * vt_bcache_read() - the superblock in a stretch of an image
 * Return: 1, 0 there is none, -1 the image cannot be read
 */
int vt_bcache_read(const char *path, uint64_t offset_bytes, uint64_t size_bytes,
	struct vt_bcache *out, struct vt_err **err);

/** vt_bcache_checksum() - as bcache puts it on a superblock */
uint64_t vt_bcache_checksum(const void *data, size_t len);

#endif
