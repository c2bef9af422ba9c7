/* A network config as /etc/network/interfaces, for ifupdown 0.8 with vlan,
 * bridge-utils and ifenslave. */
#ifndef NETWORK_IFUPDOWN_H
#define NETWORK_IFUPDOWN_H

#include "graph/graph.h"

/** ifupdown_write() - write the file of a config that network_check() accepts
 * Errors: VT_FAILED if the target does not have a package that it needs */
int ifupdown_write(
	const struct vt_graph *g, const char *root, struct vt_err **err);

/* Of a stanza (network_ifupdown_link.c). */

/** ifupdown_link() - the options that create and configure the interface */
void ifupdown_link(const struct vt_dev *d, struct vt_str *out);
/** ifupdown_link_up() - what has no option, once the interface is up */
void ifupdown_link_up(const struct vt_dev *d, struct vt_str *out);

#endif
