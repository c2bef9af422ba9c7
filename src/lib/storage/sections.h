/* What a storage config has beside its entries. */
#ifndef VT_SECTIONS_H
#define VT_SECTIONS_H

#include "graph/graph.h"

/* The section `swap`: a file in the root file system. */
struct vt_swap {
	const struct vt_node *at; /* NULL: there is no such section */
	const char *filename;
	/* 0: not given, and curtin chooses a size up to maxsize */
	uint64_t size_bytes, maxsize_bytes;
	bool none;     /* no swap file is to be made */
	bool force;    /* even where it may not work */
	bool expected; /* vt_realise() has added an entry for it */
};

/* What must not be there beside the devices: see extra.h. */
enum vt_extra_kind {
	VT_EXTRA_MOUNTS,
	VT_EXTRA_SWAPS,
	VT_EXTRA_ARRAYS,
	VT_EXTRA_VOLUMES,
	VT_EXTRA_BCACHES,
	VT_EXTRA_KINDS,
};
struct vt_extra {
	const struct vt_node *at; /* NULL: nothing is looked for */
	const char *swap_file;    /* that the installer may make, or NULL */
	const char *skip[VT_EXTRA_KINDS]; /* NULL, or why not to look */
};

/** vt_graph_swap(), vt_graph_extra() - of a graph: all zero unless they were
 * set by those below */
const struct vt_swap *vt_graph_swap(const struct vt_graph *g);
const struct vt_extra *vt_graph_extra(const struct vt_graph *g);

/** vt_graph_set_swap(), vt_graph_set_extra() - to be changed */
struct vt_swap *vt_graph_set_swap(struct vt_graph *g);
struct vt_extra *vt_graph_set_extra(struct vt_graph *g);

#endif
