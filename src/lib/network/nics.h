/* The NICs that a network config needs of a machine: a query of its graph.
 *
 *	VT_AUTO_NICS struct vt_nics net = {0};
 *	vt_nics(&net, &graph);
 */
#ifndef VT_NICS_H
#define VT_NICS_H

#include "graph/graph.h"

/* A NIC that the machine must have. */
struct vt_net_nic {
	const char *name; /* by which the config refers to it */
	const char *mac;  /* NULL: any */
	const struct vt_node *at;
};

struct vt_nics {
	struct vt_net_nic *v; /* in the config's order */
	size_t n;
};

/** vt_nics() - of a graph that vt_network_read() has read */
void vt_nics(struct vt_nics *net, const struct vt_graph *g);

void vt_nics_free(struct vt_nics *net);
#define VT_AUTO_NICS __attribute__((cleanup(vt_nics_free)))

#endif
