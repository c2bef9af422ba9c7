/* Mounts of the booted system, from findmnt.json, or else proc_mounts. */
#ifndef VT_MOUNTS_H
#define VT_MOUNTS_H

#include "graph/collected.h"

struct vt_mounted {
	char *source, *point, *options;
	char *uuid; /* NULL: unknown */
};

struct vt_mounts {
	struct vt_mounted *v;
	size_t n;
	const char *see; /* the fact, below the test's directory */
};

/** vt_mounts_read() - Return: 1; 0: neither fact was collected; -1 */
int vt_mounts_read(struct vt_mounts *out, const struct vt_facts *facts,
	struct vt_err **err);
void vt_mounts_free(struct vt_mounts *m);

/** vt_mounts_find() - the last mount on a point, which hides the others */
const struct vt_mounted *vt_mounts_find(
	const struct vt_mounts *m, const char *point);

#endif
