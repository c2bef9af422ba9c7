/* What each renderer cannot do with a network config. */
#ifndef NETWORK_LIMITS_H
#define NETWORK_LIMITS_H

#include "graph/graph.h"

/* What configures the network of the installed system. */
enum network_renderer {
	NETWORK_NONE,     /* the config has no section */
	NETWORK_DISABLED, /* it asks for nothing */
	NETWORK_IFUPDOWN,
	NETWORK_NETWORKD,
	NETWORK_NETPLAN, /* which gets version 2 as it is */
	NETWORK_CLOUD,   /* so does cloud-init */
};

/** network_limits_check() - refuse what a renderer would not do
 * @config: the root of the config
 * Errors: VT_USAGE with file:line:column, naming the entry */
int network_limits_check(const struct vt_graph *g, const struct vt_node *config,
	enum network_renderer renderer, struct vt_err **err);

#endif
