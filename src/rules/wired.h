/* The wire of a test's booted system, and the peer on it: derived from the
 * network config.
 *
 *	VT_AUTO_WIRED struct vt_wired w = {0};
 *	vt_wired_plan(&w, &network, false);
 *	if (w.on) ... w.segments, w.links, w.addresses, w.dnsmasq ...
 *
 * Each NIC is connected to the peer by a segment of its own, except for the
 * ports of a bond that is not LACP's, which share one, as on a switch. The peer
 * has the other end of each VLAN and of each bond of LACP. It has the gateways
 * and name servers of the config where the config expects them, an address in
 * each network that has none of these, a host behind each route, and it answers
 * DHCP and sends router advertisements where the config asks for them.
 */
#ifndef VT_RULES_WIRED_H
#define VT_RULES_WIRED_H

#include "graph/graph.h"
#include "network/ip.h"

/* What the peer's DNS knows. */
#define VT_WIRED_NAME "vt-peer.vt.test"

struct vt_wired {
	bool on;
	/* the segment of each NIC of the machine, in the order of vt_nics();
	 * "": none of the peer's concern */
	struct vt_strv segments;
	struct vt_strv
		nics; /* the segment of each NIC of the peer: n0, n1... */
	struct vt_str links, addresses; /* lines for `ip -batch` */
	struct vt_str dnsmasq;          /* lines of dnsmasq.conf */
	struct vt_strv targets; /* addresses that the system must reach */
	bool dns;               /* it must have an answer of a name server */

	/* while it is made */
	const struct vt_graph *g;
	char **ends;        /* by entry: the peer's interface, or NULL */
	struct vt_strv has; /* addresses that the peer has */
	uint64_t mtu;       /* largest of the config */
	unsigned n_made, n_nets;
};

/** vt_wired_plan() - of a config that the network graph was read from
 * @forced: also if it asks for nothing that user networking has not */
void vt_wired_plan(
	struct vt_wired *w, const struct vt_graph *network, bool forced);
void vt_wired_free(struct vt_wired *w);
#define VT_AUTO_WIRED __attribute__((cleanup(vt_wired_free)))

/* wired_links.c */

/** vt_wired_needed() - whether user networking has not what a config asks for
 */
bool vt_wired_needed(const struct vt_graph *g);
/** vt_wired_segments() - the segment of each NIC */
void vt_wired_segments(struct vt_wired *w);
/** vt_wired_end() - the peer's interface at the other end of an interface, made
 * on the first request; NULL: it leads nowhere */
const char *vt_wired_end(struct vt_wired *w, const struct vt_dev *d);

/* wired_addresses.c */

/** vt_wired_addresses() - what the peer has in the networks of the config */
void vt_wired_addresses(struct vt_wired *w);

/* wired_dhcp.c */

/** vt_wired_dhcp() - what it gives to those who ask */
void vt_wired_dhcp(struct vt_wired *w);

/** vt_wired_give() - give the peer an address; once
 * @prefix: -1: a host's own */
void vt_wired_give(struct vt_wired *w, const char *interface,
	const struct vt_ip *ip, int prefix);
/** vt_wired_is_near() - whether a network of the config has an address */
bool vt_wired_is_near(const struct vt_wired *w, const struct vt_ip *ip);
/** vt_wired_is_leased() - whether a route's gateway must be in the network of
 * the lease, since it is in none of the config
 * @via: is set to it */
bool vt_wired_is_leased(const struct vt_wired *w, const struct vt_dev *route,
	struct vt_ip *via);
/** vt_wired_target() - the booted system must reach it */
void vt_wired_target(struct vt_wired *w, const struct vt_ip *ip);

#endif
