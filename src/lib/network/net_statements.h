/* The statements of `network`. */
#ifndef VT_NET_STATEMENTS_H
#define VT_NET_STATEMENTS_H

#include "graph/statements.h"

/**
 * vt_network_statements() - add those of `network`
 * @config: the root that the graph was read from; the graph is realised
 * @none: NULL, or why no statement is answered
 */
void vt_network_statements(struct vt_statements *s, const struct vt_graph *g,
	const struct vt_node *config, const char *none);

#endif
