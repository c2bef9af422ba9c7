/* How large devices must be: the space that each entry takes of the devices it
 * is made of, and provides to those made on it.
 *
 *	if (vt_storage_sizes(&graph, err) < 0) return -1;
 *	... disk->need_bytes ...
 *
 * Sizes are bytes; UINT64_MAX stands for "as much as is asked of it".
 */
#ifndef VT_SIZE_H
#define VT_SIZE_H

#include "graph/graph.h"

struct vt_sizes;

/**
 * vt_storage_sizes() - set need_bytes of every disk: for what lies on it, and
 * the swap file if the root file system does; whole MiB
 * Errors: VT_USAGE when what lies on a device of known size does not fit
 */
int vt_storage_sizes(struct vt_graph *g, struct vt_err **err);

/* Of a type, in its row in types.c. gives: the space it provides, NULL: its
 * `size`, or as much as is asked; takes: space on the device it is made of,
 * NULL: none. */
struct vt_space {
	uint64_t (*gives)(struct vt_sizes *s, const struct vt_dev *d);
	uint64_t (*takes)(struct vt_sizes *s, const struct vt_edge *e);
	bool beside; /* entries on one device lie side by side */
	/* NULL, or why what lies on it is not read on disk images, when its
	 * finder has no place of it */
	const char *unmapped;
	bool bounded; /* what lies on it must fit: its size is given */
};

/** vt_dev_space() - of its type; all zero for a type without */
const struct vt_space *vt_dev_space(const struct vt_dev *d);

/* The rules of each type, for its row. */
uint64_t vt_all_gives(struct vt_sizes *s, const struct vt_dev *d);
uint64_t vt_bcache_gives(struct vt_sizes *s, const struct vt_dev *d);
uint64_t vt_raid_gives(struct vt_sizes *s, const struct vt_dev *d);
uint64_t vt_partition_takes(struct vt_sizes *s, const struct vt_edge *e);
uint64_t vt_lvm_partition_takes(struct vt_sizes *s, const struct vt_edge *e);
uint64_t vt_volgroup_takes(struct vt_sizes *s, const struct vt_edge *e);
uint64_t vt_raid_takes(struct vt_sizes *s, const struct vt_edge *e);
uint64_t vt_bcache_takes(struct vt_sizes *s, const struct vt_edge *e);
uint64_t vt_dm_crypt_takes(struct vt_sizes *s, const struct vt_edge *e);

#endif
