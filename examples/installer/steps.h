/* What a config asks for, checked as a whole before a disk is touched.
 *
 * plan_make() reads the storage section into a graph (version 1, curtin's
 * format) and refuses what vt-install cannot make. The entries are made in the
 * order of the config: each refers only to such as stand above it. Texts point
 * into the config's document, which must outlive the plan. Every error is
 * VT_USAGE with file:line:column and names the entry.
 */
#ifndef PLAN_H
#define PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "storage/types.h"

/* Of an entry, once it is there. */
struct made {
	char *dev;      /* /dev/vda2 */
	char *uuid;     /* of a format, as blkid says */
	uint64_t bytes; /* of a disk */
	unsigned sector;
};

/* The section `swap`. */
struct swapfile {
	char *path; /* in the target; NULL: none */
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
};

struct plan *plan_make(const struct vt_node *config, struct vt_err **err);
void plan_freep(struct plan **plan);

/** plan_made() - what there is of an entry */
struct made *plan_made(const struct plan *plan, const struct vt_dev *d);
/** plan_dev() - its device; NULL until it is made */
const char *plan_dev(const struct plan *plan, const struct vt_dev *d);

/** below() - the first that an entry is made of; NULL for a disk */
const struct vt_dev *below(const struct vt_dev *d);

/** plan_mount() - the mount at a path; NULL: none */
const struct vt_dev *plan_mount(const struct plan *plan, const char *path);
/** mount_path() - where it goes; "none" for swap */
const char *mount_path(const struct vt_dev *mount);

#endif
