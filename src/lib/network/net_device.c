/* The keys of an interface in version 2. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "network/net_reader.h"

#define UNSEEN(name, reason) KEY(name, ANY, .why = reason)

#define WAITS "it is whether the boot waits for it, and leaves no trace"
#define ASKS "only the DHCP server sees it"
#define FROM_DHCP "what the DHCP server offered is not recorded"
#define NO_VFS "QEMU's NICs have no virtual functions"
#define NO_OFFLOAD "QEMU's NICs differ in what they can offload"

/* Addresses */

static const char *const lifetimes[] = {"forever", "0", NULL};
static const struct vt_net_key address_keys[] = {
	KEY("label", STRING, .to = "label"),
	KEY("lifetime", CHOICE, .to = "lifetime", .choices = lifetimes), END};

static int read_address(
	struct vt_net_reader *r, const struct vt_node *n, struct vt_err **err)
{
	const struct vt_node *name = n, *options = NULL;
	const char *text;
	if (n->kind == VT_MAP && n->n == 1) {
		name = n->keys[0];
		options = n->items[0];
	}
	if (vt_node_string_only(name, "addresses", &text, err) < 0)
		return -1;
	struct vt_dev *d = vt_net_address(r, name, text, NULL, err);
	if (!d)
		return -1;
	if (!options || vt_node_is_null(options))
		return 0;
	struct vt_net_reader of = {r->g, r->net, d};
	return vt_node_expect(options, VT_MAP, err) < 0
		       ? -1
		       : vt_net_keys(&of, address_keys, options, err);
}

static int read_addresses(struct vt_net_reader *r, const struct vt_net_key *key,
	const struct vt_node *n, struct vt_err **err)
{
	(void)key;
	if (vt_node_expect(n, VT_SEQ, err) < 0)
		return -1;
	for (size_t i = 0; i < n->n; i++)
		if (read_address(r, n->items[i], err) < 0)
			return -1;
	vt_net_set(r, r->d, "addresses", "none", 0, NULL);
	return 0;
}

/* DHCP */

static int read_dhcp(struct vt_net_reader *r, const struct vt_net_key *key,
	const struct vt_node *n, struct vt_err **err)
{
	struct vt_net_key plain = *key;
	plain.read = NULL;
	vt_net_set(r, r->d, "addresses", "none", 0, NULL);
	return vt_net_value(r, &plain, n, err);
}

/* @six: of IPv6 */
static int read_overrides(struct vt_net_reader *r, const struct vt_node *n,
	const char *metric, const char *routes, struct vt_err **err)
{
	const struct vt_net_key keys[] = {
		KEY("route-metric", INT, .to = metric),
		KEY("use-routes", BOOL, .to = routes),
		UNSEEN("use-dns", FROM_DHCP), UNSEEN("use-ntp", FROM_DHCP),
		UNSEEN("use-hostname", FROM_DHCP), UNSEEN("use-mtu", FROM_DHCP),
		UNSEEN("use-domains", FROM_DHCP), UNSEEN("send-hostname", ASKS),
		UNSEEN("hostname", ASKS), END};
	return vt_net_keys(r, keys, n, err);
}

static int read_overrides_4(struct vt_net_reader *r,
	const struct vt_net_key *key, const struct vt_node *n,
	struct vt_err **err)
{
	(void)key;
	return read_overrides(r, n, "dhcp4-metric", "dhcp4-routes", err);
}

static int read_overrides_6(struct vt_net_reader *r,
	const struct vt_net_key *key, const struct vt_node *n,
	struct vt_err **err)
{
	(void)key;
	return read_overrides(r, n, "dhcp6-metric", "dhcp6-routes", err);
}

/* Routes and rules */

static const char *const route_types[] = {"unicast", "anycast", "blackhole",
	"broadcast", "local", "multicast", "nat", "prohibit", "throw",
	"unreachable", "xresolve", NULL};
static const char *const scopes[] = {"global", "link", "host", NULL};
static const struct vt_net_key route_keys[] = {KEY("to", STRING),
	KEY("via", STRING), KEY("from", IP, .to = "from"),
	KEY("metric", INT, .to = "metric"), KEY("table", TABLE, .to = "table"),
	KEY("type", CHOICE, .to = "type", .choices = route_types),
	KEY("scope", CHOICE, .to = "scope", .choices = scopes),
	KEY("on-link", BOOL, .to = "on-link"), KEY("mtu", INT, .to = "mtu"),
	KEY("congestion-window", INT, .to = "congestion-window"),
	KEY("advertised-receive-window", INT,
		.to = "advertised-receive-window"),
	UNSEEN("advmss", "no check reads the size of segments"), END};

static int read_routes(struct vt_net_reader *r, const struct vt_net_key *key,
	const struct vt_node *n, struct vt_err **err)
{
	(void)key;
	for (size_t i = 0; i < n->n; i++) {
		const struct vt_node *map = n->items[i];
		const struct vt_node *to = vt_node_get(map, "to");
		const struct vt_node *via = vt_node_get(map, "via");
		struct vt_net_reader of = {r->g, r->net, NULL};
		if (vt_net_keys(&of, route_keys, map, err) < 0)
			return -1;
		if (!to || vt_node_is_null(to))
			return vt_node_err(map, err, "route without 'to'");
		of.d = vt_net_route(r, map, to, to->text, NULL,
			vt_node_is_null(via) ? NULL : via, err);
		if (!of.d || vt_net_keys(&of, route_keys, map, err) < 0)
			return -1;
	}
	return 0;
}

static const struct vt_net_key policy_keys[] = {KEY("from", IP, .to = "from"),
	KEY("to", IP, .to = "to"), KEY("table", TABLE, .to = "table"),
	KEY("priority", INT, .to = "priority"), KEY("mark", INT, .to = "mark"),
	KEY("type-of-service", INT, .to = "type-of-service", .max = 255), END};

static int read_policies(struct vt_net_reader *r, const struct vt_net_key *key,
	const struct vt_node *n, struct vt_err **err)
{
	(void)key;
	for (size_t i = 0; i < n->n; i++) {
		struct vt_net_reader of = {r->g, r->net, NULL};
		const struct vt_node *map = n->items[i];
		if (!vt_node_get(map, "from") && !vt_node_get(map, "to"))
			return vt_node_err(map, err,
				"a routing policy needs 'from' or 'to'");
		of.d = vt_net_new(&of, VT_NET_POLICY,
			vt_printf("%s rule %zu", r->d->id, i + 1), map);
		vt_net_ref(of.d, "interface", r->d, map);
		if (vt_net_keys(&of, policy_keys, map, err) < 0)
			return -1;
	}
	return 0;
}

/* Name servers */

static int read_dns_list(struct vt_net_reader *r, const struct vt_net_key *key,
	const struct vt_node *n, struct vt_err **err)
{
	return vt_net_dns(r, key->word, n, err);
}

static int read_nameservers(struct vt_net_reader *r,
	const struct vt_net_key *key, const struct vt_node *n,
	struct vt_err **err)
{
	static const struct vt_net_key keys[] = {
		KEY("addresses", WORDS, .read = read_dns_list),
		KEY("search", WORDS, .read = read_dns_list), END};
	(void)key;
	return vt_net_keys(r, keys, n, err);
}

static int read_gateway(struct vt_net_reader *r, const struct vt_net_key *key,
	const struct vt_node *n, struct vt_err **err)
{
	(void)key;
	return vt_net_route(r, n, NULL, "default", NULL, n, err) ? 0 : -1;
}

/* Of the kernel's: IPv4 has none unless DHCP fails. */
static int read_link_local(struct vt_net_reader *r,
	const struct vt_net_key *key, const struct vt_node *n,
	struct vt_err **err)
{
	bool six = false;
	(void)key;
	if (vt_node_list(n, VT_SCALAR, err) < 0)
		return -1;
	for (size_t i = 0; i < n->n; i++)
		six |= !strcmp(n->items[i]->text, "ipv6");
	vt_net_set(r, r->d, "link-local", six ? "ipv6" : "none", 0, n);
	return 0;
}

/* A device that is off, or that someone else brings up, need not be up. */
static int read_activation(struct vt_net_reader *r,
	const struct vt_net_key *key, const struct vt_node *n,
	struct vt_err **err)
{
	const char *text;
	(void)key;
	if (vt_node_string_only(n, "activation-mode", &text, err) < 0)
		return -1;
	vt_net_set(r, r->d, "up", NULL, 0, n);
	return 0;
}

/* The parameters depend on the section. */
static int read_parameters(struct vt_net_reader *r,
	const struct vt_net_key *key, const struct vt_node *n,
	struct vt_err **err)
{
	if (vt_dev_is(r->d, VT_NET_BOND))
		return vt_net_bond_params(r, key, n, err);
	if (vt_dev_is(r->d, VT_NET_BRIDGE))
		return vt_net_bridge_params(r, key, n, err);
	vt_net_unseen(r, n, "such an interface has no parameters");
	return 0;
}

/* One pattern, or a list of which one must match. */
static int read_driver(struct vt_net_reader *r, const struct vt_net_key *key,
	const struct vt_node *n, struct vt_err **err)
{
	size_t count = n->kind == VT_SEQ ? n->n : 1;
	(void)err;
	for (size_t i = 0; i < count; i++) {
		const struct vt_node *item =
			n->kind == VT_SEQ ? n->items[i] : n;
		vt_net_item(r, r->d, key->word, item->text, item);
	}
	return 0;
}

/* A word says how NetworkManager chooses one. */
static int read_macaddress(struct vt_net_reader *r,
	const struct vt_net_key *key, const struct vt_node *n,
	struct vt_err **err)
{
	static const char *const words[] = {"permanent", "preserve", "random",
		"stable", "stable-ssid", NULL};
	struct vt_net_key plain = *key;
	plain.kind = VT_NET_MAC;
	plain.read = NULL;
	if (!vt_node_text(n) || !vt_str_in(words, n->text))
		return vt_net_value(r, &plain, n, err);
	vt_net_unseen(r, n, "the address that is chosen is not known");
	return 0;
}

static int read_match(struct vt_net_reader *r, const struct vt_net_key *key,
	const struct vt_node *n, struct vt_err **err)
{
	static const struct vt_net_key keys[] = {
		KEY("macaddress", MAC, .to = "mac"),
		KEY("mac_address", MAC, .to = "mac"),
		KEY("name", STRING, .to = "match-name"),
		KEY("driver", WORDS, .read = read_driver), END};
	(void)key;
	return vt_net_keys(r, keys, n, err);
}

const struct vt_net_key vt_net_device_keys[] = {
	KEY("match", MAP, .read = read_match),
	KEY("set-name", STRING, .to = "name"),
	KEY("macaddress", ANY, .to = "macaddress", .read = read_macaddress),
	KEY("mtu", INT, .to = "mtu"), KEY("ipv6-mtu", INT, .to = "ipv6-mtu"),
	KEY("dhcp4", BOOL, .to = "dhcp4", .read = read_dhcp),
	KEY("dhcp6", BOOL, .to = "dhcp6", .read = read_dhcp),
	KEY("dhcp4-overrides", MAP, .read = read_overrides_4),
	KEY("dhcp6-overrides", MAP, .read = read_overrides_6),
	KEY("addresses", ANY, .read = read_addresses),
	KEY("gateway4", STRING, .read = read_gateway),
	KEY("gateway6", STRING, .read = read_gateway),
	KEY("nameservers", MAP, .read = read_nameservers),
	KEY("routes", MAPS, .read = read_routes),
	KEY("routing-policy", MAPS, .read = read_policies),
	KEY("accept-ra", BOOL, .to = "accept-ra"),
	KEY("link-local", ANY, .read = read_link_local),
	KEY("ipv6-privacy", BOOL, .to = "ipv6-privacy"),
	KEY("interfaces", STRINGS, .to = "interfaces", .read = vt_net_refs),
	KEY("parameters", MAP, .read = read_parameters),
	KEY("id", INT, .to = "id", .max = 4094),
	KEY("link", STRING, .to = "link", .read = vt_net_refs),
	KEY("activation-mode", ANY, .read = read_activation),
	UNSEEN("optional", WAITS), UNSEEN("optional-addresses", WAITS),
	UNSEEN("critical", "it is what happens when a lease ends"),
	UNSEEN("ignore-carrier", "the link of a NIC does not go down"),
	UNSEEN("dhcp-identifier", ASKS),
	UNSEEN("ipv6-address-generation",
		"no check reads how an address is chosen"),
	UNSEEN("ipv6-address-token", "no check reads how an address is chosen"),
	UNSEEN("renderer", "it is which daemon does it: the state is compared"),
	UNSEEN("wakeonlan", "QEMU's NICs cannot be woken"),
	UNSEEN("emit-lldp", "only the other end of the link sees it"),
	UNSEEN("virtual-function-count", NO_VFS),
	UNSEEN("embedded-switch-mode", NO_VFS),
	UNSEEN("delay-virtual-functions-rebind", NO_VFS),
	UNSEEN("infiniband-mode", "QEMU emulates no InfiniBand"),
	UNSEEN("ra-overrides", "what the router offered is not recorded"),
	UNSEEN("networkmanager",
		"it is how NetworkManager does it: the state is compared"),
	UNSEEN("neigh-suppress", "bridges have no VXLAN here"),
	UNSEEN("hairpin", "no check reads it"),
	UNSEEN("port-mac-learning", "no check reads it"),
	UNSEEN("auth", "QEMU's NICs have no 802.1X"),
	UNSEEN("receive-checksum-offload", NO_OFFLOAD),
	UNSEEN("transmit-checksum-offload", NO_OFFLOAD),
	UNSEEN("tcp-segmentation-offload", NO_OFFLOAD),
	UNSEEN("tcp6-segmentation-offload", NO_OFFLOAD),
	UNSEEN("generic-segmentation-offload", NO_OFFLOAD),
	UNSEEN("generic-receive-offload", NO_OFFLOAD),
	UNSEEN("large-receive-offload", NO_OFFLOAD), END};
