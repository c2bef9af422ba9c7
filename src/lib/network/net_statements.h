/* The statements of `network`. */
#ifndef VT_NET_STATEMENTS_H
#define VT_NET_STATEMENTS_H

#include "graph/statements.h"

/* Why what an interface would get is not answered. */
#define VT_NET_IS_OFF "the interface is not brought up at boot"

/**
 * vt_network_statements() - add those of `network`
 * @config: the root that the graph was read from; the graph is realised
 * @none: NULL, or why no statement is answered
 */
void vt_network_statements(struct vt_statements *s, const struct vt_graph *g,
	const struct vt_node *config, const char *none);

#endif
