/* A network config, version 1 or 2, read into a graph: the section `network`.
 *
 *	VT_AUTO_GRAPH struct vt_graph g = {0};
 *	if (vt_network_read(&g, config_root, err) < 0) return -1;
 *
 * A config is checked for what curtin fails with or ignores, and for addresses
 * and numbers that no system takes. Keys that vt does not know are passed over.
 */
#ifndef VT_NET_READ_H
#define VT_NET_READ_H

#include "graph/graph.h"

/* What a scalar of the config became: a field of an entry, or nothing, for a
 * reason. */
struct vt_net_saying {
	const struct vt_node *node;
	const struct vt_dev *d;
	const char *word, *why;
};

/* What the graph of a network config has beside its entries. */
struct vt_net {
	bool disabled;
	struct vt_strv notes; /* "file:line:column: ..." of ignored entries */
	struct vt_net_saying *said; /* sorted by node */
	size_t n_said;
	size_t max; /* entries */
};

/**
 * vt_network_read() - a config without the section gives an empty graph; to be
 * freed even after an error
 * Errors: VT_USAGE with file:line:column
 */
int vt_network_read(
	struct vt_graph *g, const struct vt_node *config, struct vt_err **err);

/** vt_network_read_expected() - what vt_graph_write() wrote */
int vt_network_read_expected(
	struct vt_graph *g, const struct vt_node *map, struct vt_err **err);

/** vt_network_more() - of a graph that vt_network_read() has read */
const struct vt_net *vt_network_more(const struct vt_graph *g);

#endif
