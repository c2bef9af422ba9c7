/* The plan of an installation, checked as a whole before a disk is changed.
 *
 * plan_make() reads the storage section (curtin's format, version 1 or 2) into
 * a graph and refuses what vt-install does not support. Entries are created in
 * the order of the config: each refers only to earlier ones. Strings are
 * borrowed from the config's document, which must outlive the plan. Each error
 * is VT_USAGE with file:line:column and names the entry.
 */
#ifndef PLAN_H
#define PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "storage/types.h"

/* The device of an entry, once it exists. */
struct made {
	char *dev;      /* /dev/vda2 */
	char *uuid;     /* formats only, as shown by blkid */
	uint64_t bytes; /* disks only */
	unsigned sector;
};

/* The section `swap`. */
struct swapfile {
	char *path; /* in the target, or NULL */
	uint64_t bytes;
};

struct plan {
	struct vt_graph graph;
	struct made *made;            /* of each entry of the graph */
	const struct vt_dev **mounts; /* parents before children */
	size_t n_mounts;
	const struct vt_dev *root,
		*esp; /* mounts on / and /boot/efi; esp may be NULL */
	struct swapfile swap;
	const struct vt_node *config; /* the root of it */
	struct vt_graph network;      /* see network.h */
};

struct plan *plan_make(const struct vt_node *config, struct vt_err **err);
void plan_freep(struct plan **plan);

/** plan_made() - the device of an entry */
struct made *plan_made(const struct plan *plan, const struct vt_dev *d);
/** plan_dev() - its path; NULL until it exists */
const char *plan_dev(const struct plan *plan, const struct vt_dev *d);

/** below() - the first entry that it refers to; NULL for a disk */
const struct vt_dev *below(const struct vt_dev *d);

/** plan_mount() - the mount at a path, or NULL */
const struct vt_dev *plan_mount(const struct plan *plan, const char *path);
/** mount_path() - its mount point; "none" for swap */
const char *mount_path(const struct vt_dev *mount);

#endif
