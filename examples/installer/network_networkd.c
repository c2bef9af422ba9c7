#include "network_networkd.h"

#include <inttypes.h>
#include <string.h>

#include "base/mem.h"
#include "network_parts.h"
#include "step.h"

/* What an interface has beside its own settings. */
static const struct networkd_line address_lines[] = {
	{"label", "Label", NETWORKD_TEXT},
	{"lifetime", "PreferredLifetime", NETWORKD_TEXT},
	{"scope", "Scope", NETWORKD_TEXT},
	{"broadcast", "Broadcast", NETWORKD_TEXT},
	{"peer", "Peer", NETWORKD_TEXT},
	{0},
};
static const struct networkd_line route_lines[] = {
	{"to", "Destination", NETWORKD_TEXT},
	{"via", "Gateway", NETWORKD_TEXT},
	{"metric", "Metric", NETWORKD_NUMBER},
	{"table", "Table", NETWORKD_NUMBER},
	{"type", "Type", NETWORKD_TEXT},
	{"scope", "Scope", NETWORKD_TEXT},
	{"from", "PreferredSource", NETWORKD_TEXT},
	{"mtu", "MTUBytes", NETWORKD_NUMBER},
	{"congestion-window", "InitialCongestionWindow", NETWORKD_NUMBER},
	{"advertised-receive-window", "InitialAdvertisedReceiveWindow",
		NETWORKD_NUMBER},
	{0},
};
static const struct networkd_line policy_lines[] = {
	{"from", "From", NETWORKD_TEXT},
	{"to", "To", NETWORKD_TEXT},
	{"table", "Table", NETWORKD_NUMBER},
	{"priority", "Priority", NETWORKD_NUMBER},
	{"mark", "FirewallMark", NETWORKD_NUMBER},
	{"type-of-service", "TypeOfService", NETWORKD_NUMBER},
	{0},
};

/* By which NIC it is: those of VLANs and bridges have no permanent address. */
static void add_match(const struct vt_dev *d, struct vt_str *out)
{
	static const struct networkd_line lines[] = {
		{"mac", "PermanentMACAddress", NETWORKD_TEXT},
		{"driver", "Driver", NETWORKD_TEXT},
		{"match-name", "Name", NETWORKD_TEXT},
		{0},
	};
	vt_str_add(out, "# Written by vt-install.\n[Match]\n");
	if (net_name(d))
		vt_str_addf(out, "Name=%s\n", net_name(d));
	else
		networkd_lines(d, lines, out);
}

/* Whether the system is online only with it: it gets addresses, and its link
 * can be up. If there was none, systemd-networkd-wait-online would wait in
 * vain. */
static bool is_awaited(const struct vt_graph *g, const struct vt_dev *d)
{
	bool has_link = !net_is_made(d) || d->n_refs;
	if (vt_dev_num(d, "dhcp4") || vt_dev_num(d, "dhcp6"))
		return true;
	for (size_t i = 0; i < g->n; i++)
		if (net_is_of(g, &g->v[i], VT_NET_ADDRESS, d))
			return has_link && net_starts(d);
	return false;
}

static void add_link(
	const struct vt_graph *g, const struct vt_dev *d, struct vt_str *out)
{
	vt_str_add(out, "\n[Link]\n");
	if (net_mtu(d) && !vt_dev_is(d, VT_NET_LOOPBACK))
		vt_str_addf(out, "MTUBytes=%" PRIu64 "\n", net_mtu(d));
	if (vt_dev_text(d, "macaddress") && !net_is_made(d))
		vt_str_addf(
			out, "MACAddress=%s\n", vt_dev_text(d, "macaddress"));
	if (!net_starts(d))
		vt_str_add(out, "ActivationPolicy=manual\n");
	if (!is_awaited(g, d))
		vt_str_add(out, "RequiredForOnline=no\n");
}

static void add_dhcp(const struct vt_dev *d, struct vt_str *out)
{
	bool four = vt_dev_num(d, "dhcp4"), six = vt_dev_num(d, "dhcp6");
	bool ra = six || vt_dev_num(d, "slaac");
	const struct vt_field *accept = vt_dev_field(d, "accept-ra");
	const char *local = vt_dev_text(d, "link-local");
	if (four || six)
		vt_str_addf(out, "DHCP=%s\n",
			!six    ? "ipv4"
			: !four ? "ipv6"
				: "yes");
	if (accept || ra)
		vt_str_addf(out, "IPv6AcceptRA=%s\n",
			accept && !accept->n ? "no" : "yes");
	if (local)
		vt_str_addf(out, "LinkLocalAddressing=%s\n",
			strcmp(local, "none") ? local : "no");
}

/* Roles: what is made of the interface, or what it is a member of. */
static void add_roles(const struct vt_dev *d, struct vt_str *out)
{
	for (size_t i = 0; i < d->n_users; i++) {
		const struct vt_dev *user = d->users[i]->user;
		const char *option = vt_dev_is(user, VT_NET_VLAN)     ? "VLAN"
				     : vt_dev_is(user, VT_NET_BOND)   ? "Bond"
				     : vt_dev_is(user, VT_NET_BRIDGE) ? "Bridge"
								      : NULL;
		if (option)
			vt_str_addf(out, "%s=%s\n", option, net_name(user));
		if (vt_dev_is(user, VT_NET_BOND) &&
			vt_str_eq(vt_dev_text(user, "primary"), d->id))
			vt_str_add(out, "PrimarySlave=yes\n");
	}
}

static void add_dns(
	const struct vt_graph *g, const struct vt_dev *d, struct vt_str *out)
{
	static const char *const words[][2] = {
		{"addresses", "DNS"}, {"search", "Domains"}};
	for (size_t i = 0; i < g->n; i++) {
		if (!net_is_of(g, &g->v[i], VT_NET_NAMESERVERS, d))
			continue;
		for (size_t k = 0; k < VT_COUNT(words); k++) {
			const char *text = vt_dev_text(&g->v[i], words[k][0]);
			VT_AUTO_FREE char *list =
				text ? vt_str_replace(text, ",", "") : NULL;
			if (list)
				vt_str_addf(out, "%s=%s\n", words[k][1], list);
		}
	}
}

static void add_network(
	const struct vt_graph *g, const struct vt_dev *d, struct vt_str *out)
{
	static const struct networkd_line lines[] = {
		{"ipv6-mtu", "IPv6MTUBytes", NETWORKD_NUMBER},
		{"ipv6-privacy", "IPv6PrivacyExtensions", NETWORKD_YES},
		{0},
	};
	vt_str_add(out, "\n[Network]\n");
	add_dhcp(d, out);
	networkd_lines(d, lines, out);
	add_roles(d, out);
	add_dns(g, d, out);
}

static void add_addresses(
	const struct vt_graph *g, const struct vt_dev *d, struct vt_str *out)
{
	for (size_t i = 0; i < g->n; i++) {
		const struct vt_dev *a = &g->v[i];
		const struct vt_field *prefix = vt_dev_field(a, "prefix");
		if (!net_is_of(g, a, VT_NET_ADDRESS, d))
			continue;
		vt_str_addf(out, "\n[Address]\nAddress=%s",
			vt_dev_text(a, "address"));
		if (prefix)
			vt_str_addf(out, "/%" PRIu64, prefix->n);
		vt_str_add(out, "\n");
		networkd_lines(a, address_lines, out);
	}
}

static void add_parts(
	const struct vt_graph *g, const struct vt_dev *d, struct vt_str *out)
{
	add_addresses(g, d, out);
	for (size_t i = 0; i < g->n; i++) {
		const struct vt_dev *part = &g->v[i];
		if (net_is_of(g, part, VT_NET_ROUTE, d)) {
			vt_str_add(out, "\n[Route]\n");
			networkd_lines(part, route_lines, out);
			if (net_is_onlink(g, part, d))
				vt_str_add(out, "GatewayOnLink=yes\n");
		}
		if (net_is_of(g, part, VT_NET_POLICY, d)) {
			vt_str_add(out, "\n[RoutingPolicyRule]\n");
			networkd_lines(part, policy_lines, out);
		}
	}
}

/* Sections of which networkd has the options that the config overrides. */
static void add_overrides(const struct vt_dev *d, struct vt_str *out)
{
	const struct vt_field *routes = vt_dev_field(d, "dhcp4-routes");
	const struct vt_field *routes6 = vt_dev_field(d, "dhcp6-routes");
	if (net_has(d, "dhcp4-metric") || routes)
		vt_str_add(out, "\n[DHCPv4]\n");
	if (net_has(d, "dhcp4-metric"))
		vt_str_addf(out, "RouteMetric=%" PRIu64 "\n",
			vt_dev_num(d, "dhcp4-metric"));
	if (routes)
		vt_str_addf(out, "UseRoutes=%s\nUseGateway=%s\n",
			routes->n ? "yes" : "no", routes->n ? "yes" : "no");
	if (net_has(d, "dhcp6-metric") || routes6)
		vt_str_add(out, "\n[IPv6AcceptRA]\n");
	if (net_has(d, "dhcp6-metric"))
		vt_str_addf(out, "RouteMetric=%" PRIu64 "\n",
			vt_dev_num(d, "dhcp6-metric"));
	if (routes6)
		vt_str_addf(out, "UseGateway=%s\nUseRoutePrefix=%s\n",
			routes6->n ? "yes" : "no", routes6->n ? "yes" : "no");
}

static void add_port(const struct vt_dev *d, struct vt_str *out)
{
	const struct vt_dev *bridge = net_master(d);
	if (!vt_dev_is(bridge, VT_NET_BRIDGE))
		return;
	long cost = net_port_number(bridge, "path-cost", d->id);
	long priority = net_port_number(bridge, "port-priority", d->id);
	if (cost >= 0 || priority >= 0)
		vt_str_add(out, "\n[Bridge]\n");
	if (cost >= 0)
		vt_str_addf(out, "Cost=%ld\n", cost);
	if (priority >= 0)
		vt_str_addf(out, "Priority=%ld\n", priority);
}

/* By number, since an id may be any text. */
static int write_file(const struct vt_graph *g, const struct vt_dev *d,
	const char *suffix, const struct vt_str *text, const char *root,
	struct vt_err **err)
{
	const char *name = net_name(d);
	VT_AUTO_FREE char *path =
		vt_printf("/etc/systemd/network/10-%02zu-%s.%s",
			(size_t)(d - g->v), name ? name : "nic", suffix);
	return net_write(root, path, text->s, 0644, err);
}

static int write_interface(const struct vt_graph *g, const struct vt_dev *d,
	const char *root, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str netdev = VT_STR_INIT, network = VT_STR_INIT;
	if (net_is_made(d)) {
		networkd_netdev(d, &netdev);
		if (write_file(g, d, "netdev", &netdev, root, err) < 0)
			return -1;
	}
	add_match(d, &network);
	add_link(g, d, &network);
	add_network(g, d, &network);
	add_parts(g, d, &network);
	add_overrides(d, &network);
	add_port(d, &network);
	return write_file(g, d, "network", &network, root, err);
}

int networkd_write(
	const struct vt_graph *g, const char *root, struct vt_err **err)
{
	for (size_t i = 0; i < g->n; i++)
		if (vt_net_is_interface(&g->v[i]) &&
			write_interface(g, &g->v[i], root, err) < 0)
			return -1;
	/* so that it is not ifupdown that configures an interface */
	if (net_exists(root, "/etc/network/interfaces") &&
		net_write(root, "/etc/network/interfaces",
			"# Written by vt-install: systemd-networkd configures "
			"all others.\nauto lo\niface lo inet loopback\n",
			0644, err) < 0)
		return -1;
	return step(err, "systemctl", "--root", root, "enable",
		"systemd-networkd.service", NULL);
}
