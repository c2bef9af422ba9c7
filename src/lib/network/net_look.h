/* The found state of what a network config has: in the facts of the booted
 * system. Facts are read once, on the first request.
 *
 *	struct vt_look *look = vt_network_look_new(&graph, &facts, &traffic);
 *
 * A fact that was not collected is no reason to skip: the system has no other
 * way to show that the config was followed.
 */
#ifndef VT_NET_LOOK_H
#define VT_NET_LOOK_H

#include "graph/look.h"

enum vt_net_json {
	VT_NET_LINKS,
	VT_NET_ADDRS,
	VT_NET_ROUTES4,
	VT_NET_ROUTES6,
	VT_NET_RULES4,
	VT_NET_RULES6,
	VT_NET_JSONS,
};

enum vt_net_text {
	VT_NET_SYSCTL,   /* "/proc/sys/net/ipv6/conf/eth0/mtu:1500" */
	VT_NET_DRIVERS,  /* "eth0 virtio_net" */
	VT_NET_LEASES,   /* of any DHCP client */
	VT_NET_RESOLV,   /* resolv.conf */
	VT_NET_RESOLVED, /* that of systemd-resolved */
	VT_NET_LINK_DNS, /* resolvectl dns */
	VT_NET_LINK_DOMAINS,
	VT_NET_TEXTS,
};

struct vt_traffic;

/** vt_network_look_new() - to be freed by vt_look_free()
 * @traffic: what was sent on the wire, or NULL; it must outlive the look */
struct vt_look *vt_network_look_new(struct vt_graph *g,
	const struct vt_facts *facts, const struct vt_traffic *traffic);
/** vt_net_traffic() - what was sent on the wire, or NULL */
const struct vt_traffic *vt_net_traffic(struct vt_look *look);

/** vt_net_list() - the JSON list of a fact
 * Return: borrowed; NULL: `why` says why not, borrowed */
const json_t *vt_net_list(
	struct vt_look *look, enum vt_net_json fact, const char **why);
/** vt_net_fact() - the text of a fact, "" if it was not collected
 * @there: NULL, or set to whether it was collected */
const char *vt_net_fact(
	struct vt_look *look, enum vt_net_text fact, bool *there);
/** vt_net_fact_name() - of a JSON fact */
const char *vt_net_fact_name(enum vt_net_json fact);

/** vt_net_link() - the object of an interface in the list of links, NULL if it
 * is not found */
const json_t *vt_net_link(struct vt_look *look, const struct vt_dev *d);
/** vt_net_matches() - whether an interface is meant by an entry
 * (find_interface.c) */
bool vt_net_matches(
	struct vt_look *look, const struct vt_dev *d, const json_t *link);
/** vt_net_ifname() - its name in the booted system, or NULL */
const char *vt_net_ifname(struct vt_look *look, const struct vt_dev *d);
/** vt_net_addr_info() - the list of addresses of an interface, or NULL */
const json_t *vt_net_addr_info(
	struct vt_look *look, const char *ifname, const char **why);
/** vt_net_int_of() - a number of a JSON object, or -1 */
long long vt_net_int_of(const json_t *object, const char *key);
/** vt_net_flag() - whether a member is true */
bool vt_net_flag(const json_t *object, const char *key);
/** vt_net_has() - whether a list of strings has a word */
bool vt_net_has(const json_t *list, const char *word);

/** vt_net_is_global() - whether an address is not one of the kernel's own
 * (find_address.c) */
bool vt_net_is_global(const json_t *a);

/** vt_net_found() - a field; `text` is owned by it then: NULL: unknown */
struct vt_found_field *vt_net_found(
	struct vt_found *f, const char *word, char *text, uint64_t n);

/* Finders. */
vt_finder vt_find_interface;   /* find_interface.c */
vt_finder vt_find_address;     /* find_address.c */
vt_finder vt_find_route;       /* find_route.c */
vt_finder vt_find_policy;      /* find_policy.c */
vt_finder vt_find_nameservers; /* find_nameservers.c */
vt_finder vt_find_others;      /* find_others.c */
vt_finder vt_find_on_wire;     /* find_wire.c */

/** vt_find_addresses() - what an interface shows of `addresses`, `dhcp4`, ... :
 * fields of the interface (find_address.c) */
void vt_find_addresses(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f);
/** vt_find_parameters() - of a bond or a bridge (find_parameters.c) */
void vt_find_parameters(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f);
/** vt_find_gateways() - an interface's default routes (find_route.c) */
void vt_find_gateways(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f);
/** vt_find_dhcp_routes() - what routes show of DHCP (find_route.c) */
void vt_find_dhcp_routes(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f);

#endif
