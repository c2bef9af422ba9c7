/* What a network config asks of the booted system, where it says it in other
 * words or not at all. */
#ifndef VT_NET_REALISE_H
#define VT_NET_REALISE_H

#include "graph/graph.h"

/** vt_network_realise() - mark what the booted system must show, and add what
 * follows from the config: which interfaces are up, and all their addresses
 * @g: vt_network_read() has read it */
void vt_network_realise(struct vt_graph *g);

#endif
