/* The name servers of a network config, where no daemon takes them. */
#ifndef NETWORK_DNS_H
#define NETWORK_DNS_H

#include "graph/graph.h"

/** network_dns_write() - write /etc/resolv.conf, and a hook by which dhclient
 * keeps what it says; nothing if the config has no name servers, or the target
 * has what manages them
 * @networkd: systemd-networkd configures the network */
int network_dns_write(const struct vt_graph *g, bool networkd, const char *root,
	struct vt_err **err);

#endif
