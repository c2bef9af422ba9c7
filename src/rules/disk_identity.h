/* What a disk entry's serial, wwn and path require of the machine.
 *
 *	struct vt_disk_identity id;
 *	if (vt_disk_identity(&graph, entry, &id, err) < 0)
 *		return -1;
 *
 * curtin takes the path when version 2 is used, or when neither serial nor wwn
 * find the disk; a path that does not count here requires nothing.
 */
#ifndef VT_RULES_DISK_IDENTITY_H
#define VT_RULES_DISK_IDENTITY_H

#include "graph/graph.h"

struct vt_disk_identity {
	const char *driver; /* NULL: any */
	long slot; /* place among the disks of the driver, from 0; -1: any */
	bool multipath;
};

/**
 * vt_disk_identity() - of an entry that is a disk of the machine
 * A name of /dev/disk/by-id sets the entry's serial or wwn.
 * Errors: VT_USAGE for a path or wwn that no disk of the machine can have
 */
int vt_disk_identity(struct vt_graph *g, struct vt_dev *d,
	struct vt_disk_identity *out, struct vt_err **err);

#endif
