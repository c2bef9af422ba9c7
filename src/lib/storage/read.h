/* curtin's storage config, version 1 or 2, read into a graph: the section
 * `storage`, and `swap`.
 *
 *	VT_AUTO_GRAPH struct vt_graph g = {0};
 *	if (vt_storage_read(&g, config_root, err) < 0) return -1;
 *
 * Keys that a type does not have are passed over, as curtin does. Errors are
 * VT_USAGE with file:line:column and name the entry.
 */
#ifndef VT_STORAGE_READ_H
#define VT_STORAGE_READ_H

#include "graph/graph.h"

/**
 * vt_storage_read() - a config without the sections gives an empty graph; to
 * be freed even after an error
 * Errors: what the rows of types.c ask of an entry; unknown types, ids and
 *   references; cycles; one partition number twice
 */
int vt_storage_read(
	struct vt_graph *g, const struct vt_node *config, struct vt_err **err);

/** vt_storage_read_list() - the entries alone, of `version` */
int vt_storage_read_list(struct vt_graph *g, const struct vt_node *list,
	long version, struct vt_err **err);

/** vt_storage_read_expected() - what vt_graph_write() wrote: entries with
 * what is expected of them; a key that an entry cannot have is an error */
int vt_storage_read_expected(
	struct vt_graph *g, const struct vt_node *map, struct vt_err **err);

#endif
