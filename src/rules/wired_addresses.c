/* The addresses that the peer has in the networks of a config. */
#include <string.h>

#include "base/mem.h"
#include "network/net_types.h"
#include "wired.h"

/* Hosts beyond all networks of the config. Source: RFC 5737, RFC 3849 */
#define OUTSIDE4 "198.51.100.1"
#define OUTSIDE6 "2001:db8:ffff::1"

/* The interface of addresses that are not on any segment. */
#define HOSTS "hosts"

/* The address and prefix of an entry of the type address. */
static bool read_address(const struct vt_dev *d, struct vt_ip *ip)
{
	const char *text = vt_dev_text(d, "address");
	if (!vt_dev_is(d, VT_NET_ADDRESS) || !text || !vt_ip_parse(text, ip))
		return false;
	ip->prefix = vt_dev_field(d, "prefix") ? (int)vt_dev_num(d, "prefix")
					       : vt_ip_bits(ip);
	return true;
}

static bool read_ip(const struct vt_dev *d, const char *word, struct vt_ip *ip)
{
	const char *text = vt_dev_text(d, word);
	return text && vt_ip_parse(text, ip);
}

static bool is_of_config(const struct vt_wired *w, const struct vt_ip *ip)
{
	struct vt_ip other;
	for (size_t i = 0; i < w->g->n; i++)
		if (read_address(&w->g->v[i], &other) && vt_ip_same(ip, &other))
			return true;
	return false;
}

/* The first address of a network that the config does not use. */
static bool free_host(
	const struct vt_wired *w, const struct vt_ip *net, struct vt_ip *out)
{
	int last = vt_ip_bits(net) / 8 - 1,
	    left = vt_ip_bits(net) - net->prefix;
	int n = left >= 8 ? 254 : (1 << left) - 2;
	*out = *net;
	vt_ip_network(out);
	unsigned char first = out->bytes[last];
	for (int i = 1; i <= n; i++) {
		out->bytes[last] = (unsigned char)(first + i);
		if (!is_of_config(w, out))
			return true;
	}
	return false;
}

void vt_wired_give(struct vt_wired *w, const char *interface,
	const struct vt_ip *ip, int prefix)
{
	VT_AUTO_FREE char *text = vt_ip_address(ip);
	VT_AUTO_FREE char *key = vt_ip_is_local(ip)
					 ? vt_printf("%s%%%s", text, interface)
					 : vt_strdup(text);
	if (vt_strv_has(&w->has, key) || is_of_config(w, ip))
		return;
	vt_strv_add(&w->has, key);
	vt_str_addf(&w->addresses, "addr add %s/%d dev %s\n", text,
		prefix < 0 ? vt_ip_bits(ip) : prefix, interface);
}

void vt_wired_target(struct vt_wired *w, const struct vt_ip *ip)
{
	VT_AUTO_FREE char *text = vt_ip_address(ip);
	if (!vt_ip_is_local(ip) && !vt_strv_has(&w->targets, text) &&
		!is_of_config(w, ip))
		vt_strv_add(&w->targets, text);
}

static void give_and_reach(
	struct vt_wired *w, const char *end, const struct vt_ip *ip, int prefix)
{
	vt_wired_give(w, end, ip, prefix);
	vt_wired_target(w, ip);
}

/* The name servers of an entry, a list with commas. */
static bool next_server(const char **at, struct vt_ip *ip)
{
	while (**at) {
		size_t n = strcspn(*at, ", ");
		VT_AUTO_FREE char *one = vt_strndup(*at, n);
		*at += n + strspn(*at + n, ", ");
		if (vt_ip_parse(one, ip))
			return true;
	}
	return false;
}

/* Gateways, name servers and what bonds look for, that the config has in a
 * network. Return: how many */
static unsigned give_known(
	struct vt_wired *w, const char *end, const struct vt_ip *net)
{
	unsigned n = 0;
	struct vt_ip ip;
	for (size_t i = 0; i < w->g->n; i++) {
		const struct vt_dev *d = &w->g->v[i];
		const char *list = vt_dev_is(d, VT_NET_NAMESERVERS)
					   ? vt_dev_text(d, "addresses")
					   : vt_dev_text(d, "arp-ip-targets");
		if (vt_dev_is(d, VT_NET_ROUTE) && read_ip(d, "via", &ip) &&
			vt_ip_contains(net, &ip) && ++n)
			give_and_reach(w, end, &ip, net->prefix);
		while (list && next_server(&list, &ip))
			if (vt_ip_contains(net, &ip) && ++n)
				give_and_reach(w, end, &ip, net->prefix);
	}
	return n;
}

static void give_network(struct vt_wired *w, const struct vt_dev *address)
{
	struct vt_ip net, host;
	const struct vt_dev *d = vt_dev_ref(address, "interface");
	const char *end = d ? vt_wired_end(w, d) : NULL;
	if (!end || vt_net_is_off(d) || !read_address(address, &net))
		return;
	if (!give_known(w, end, &net) && free_host(w, &net, &host))
		give_and_reach(w, end, &host, net.prefix);
	/* the peer answers also an address that is in none of its networks */
	if (net.prefix == vt_ip_bits(&net)) {
		VT_AUTO_FREE char *text = vt_ip_address(&net);
		vt_str_addf(&w->addresses, "route add %s/%d dev %s\n", text,
			net.prefix, end);
	}
}

bool vt_wired_is_near(const struct vt_wired *w, const struct vt_ip *ip)
{
	struct vt_ip net;
	for (size_t i = 0; i < w->g->n; i++)
		if (!vt_net_is_off(&w->g->v[i]) &&
			read_address(&w->g->v[i], &net) &&
			vt_ip_contains(&net, ip))
			return true;
	return false;
}

bool vt_wired_is_leased(
	const struct vt_wired *w, const struct vt_dev *route, struct vt_ip *via)
{
	const struct vt_dev *d = vt_dev_ref(route, "interface");
	return vt_dev_is(route, VT_NET_ROUTE) && d && vt_dev_num(d, "dhcp4") &&
	       !vt_dev_num(route, "on-link") && read_ip(route, "via", via) &&
	       via->family == 4 && !vt_wired_is_near(w, via);
}

/* A gateway that is beside the networks, and the host behind the route. */
static void give_route(struct vt_wired *w, const struct vt_dev *route)
{
	static const char *const outside[] = {OUTSIDE4, OUTSIDE6};
	struct vt_ip via, to, host;
	const char *text = vt_dev_text(route, "to");
	const struct vt_dev *d = vt_dev_ref(route, "interface");
	const char *end = d ? vt_wired_end(w, d) : NULL;
	const char *type = vt_dev_text(route, "type");
	uint64_t table = vt_dev_num(route, "table");
	if ((type && strcmp(type, "unicast") != 0) || vt_net_is_off(route))
		return;
	if (!read_ip(route, "via", &via) || !text)
		return;
	if (end && (vt_ip_is_local(&via) || !vt_wired_is_near(w, &via)))
		vt_wired_give(w, end, &via,
			vt_ip_is_local(&via)                 ? 64
			: vt_wired_is_leased(w, route, &via) ? 24
							     : -1);
	if (!strcmp(text, "default"))
		vt_ip_parse(outside[via.family == 6], &host);
	else if (!vt_ip_parse(text, &to))
		return;
	else if (to.prefix == 0)
		vt_ip_parse(outside[via.family == 6], &host);
	else if (to.prefix < 0 || to.prefix == vt_ip_bits(&to))
		host = to;
	else if (!free_host(w, &to, &host))
		return;
	vt_wired_give(w, HOSTS, &host, -1);
	if (!table || table == 254)
		vt_wired_target(w, &host);
}

/* Whether a route of the config leads to an address, or one that a server or a
 * router gives. */
static bool has_route(const struct vt_wired *w, const struct vt_ip *ip)
{
	struct vt_ip via, to;
	for (size_t i = 0; i < w->g->n; i++) {
		const struct vt_dev *d = &w->g->v[i];
		const char *text = vt_dev_text(d, "to");
		uint64_t table = vt_dev_num(d, "table");
		if (vt_net_is_off(d))
			continue;
		if (ip->family == 4 ? vt_dev_num(d, "dhcp4")
				    : vt_dev_num(d, "slaac"))
			return true;
		if (!vt_dev_is(d, VT_NET_ROUTE) || !text ||
			(table && table != 254) || !read_ip(d, "via", &via))
			continue;
		if (!strcmp(text, "default") ? via.family == ip->family
					     : vt_ip_parse(text, &to) &&
						       vt_ip_contains(&to, ip))
			return true;
	}
	return false;
}

/* Name servers that are further away. */
static void give_servers(struct vt_wired *w, const struct vt_dev *d)
{
	const char *list = vt_dev_text(d, "addresses");
	struct vt_ip ip;
	while (list && !vt_net_is_off(d) && next_server(&list, &ip)) {
		vt_wired_give(w, HOSTS, &ip, -1);
		w->dns |= vt_wired_is_near(w, &ip) || has_route(w, &ip);
	}
}

/* ARP asks for them on the bond, wherever they are. */
static void give_arp_targets(struct vt_wired *w, const struct vt_dev *d)
{
	const char *list = vt_dev_text(d, "arp-ip-targets");
	struct vt_ip ip;
	while (list && next_server(&list, &ip))
		vt_wired_give(w, HOSTS, &ip, -1);
}

void vt_wired_addresses(struct vt_wired *w)
{
	vt_str_add(&w->links,
		"link add " HOSTS " type dummy\nlink set " HOSTS " up\n");
	for (size_t i = 0; i < w->g->n; i++)
		if (vt_dev_is(&w->g->v[i], VT_NET_ADDRESS))
			give_network(w, &w->g->v[i]);
	for (size_t i = 0; i < w->g->n; i++)
		if (vt_dev_is(&w->g->v[i], VT_NET_ROUTE))
			give_route(w, &w->g->v[i]);
	for (size_t i = 0; i < w->g->n; i++)
		if (vt_dev_is(&w->g->v[i], VT_NET_NAMESERVERS))
			give_servers(w, &w->g->v[i]);
	for (size_t i = 0; i < w->g->n; i++)
		give_arp_targets(w, &w->g->v[i]);
}
