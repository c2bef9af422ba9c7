/* The network of the installed system: what configures it, and the files of
 * that.
 *
 *	if (network_read(&graph, config, err) < 0) return -1;
 *	if (network_check(&graph, config, source, err) < 0) return -1;
 *	... network_write(&graph, config, root, err) ...
 */
#ifndef NETWORK_H
#define NETWORK_H

#include "graph/graph.h"

/** network_read() - the section `network`; and `network_commands`, which may
 * only say that the section is not to be followed
 * Errors: VT_USAGE with file:line:column */
int network_read(
	struct vt_graph *g, const struct vt_node *config, struct vt_err **err);

/** network_check() - whether it can be carried out in a target
 * @root: of the target, or a tree that it is copied from; NULL: not known yet,
 *   then the target has ifupdown, systemd-networkd and cloud-init
 * Errors: VT_USAGE with file:line:column */
int network_check(const struct vt_graph *g, const struct vt_node *config,
	const char *root, struct vt_err **err);

/** network_write() - write it to the target; nothing without the section */
int network_write(const struct vt_graph *g, const struct vt_node *config,
	const char *root, struct vt_err **err);

/** network_is_asked() - whether the config has a section `network` to follow */
bool network_is_asked(const struct vt_node *config);

/**
 * network_dhcp() - at each boot, DHCP on the interfaces that have a carrier
 * now: what curtin does without a network config
 * Source: /sys/class/net; writes for ifupdown
 */
int network_dhcp(const char *root, struct vt_err **err);

#endif
