/* Subnets of version 1, with what is in them. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "network/net_reader.h"

static const struct vt_net_key route_keys[] = {NEEDED("network", STRING),
	KEY("netmask", ANY), KEY("prefix", ANY), KEY("gateway", STRING),
	KEY("metric", INT, .to = "metric"), END};

/* An entry of the list `routes` of a subnet. */
static int read_route(
	struct vt_net_reader *r, const struct vt_node *map, struct vt_err **err)
{
	const char *missing = vt_net_missing(route_keys, map);
	const struct vt_node *to = vt_node_get(map, "network");
	const struct vt_node *mask = vt_node_get(map, "netmask");
	struct vt_net_reader of = {r->g, r->net, NULL};
	if (missing)
		return vt_node_err(map, err, "route without '%s'", missing);
	if (!r->d)
		return vt_net_keys(&of, route_keys, map, err);
	const char *text;
	if (vt_node_string_only(to, "network", &text, err) < 0)
		return -1;
	of.d = vt_net_route(r, map, to, text,
		mask ? mask : vt_node_get(map, "prefix"),
		vt_node_get(map, "gateway"), err);
	return of.d ? vt_net_keys(&of, route_keys, map, err) : -1;
}

static int read_routes(struct vt_net_reader *r, const struct vt_net_key *key,
	const struct vt_node *n, struct vt_err **err)
{
	(void)key;
	for (size_t i = 0; i < n->n; i++)
		if (read_route(r, n->items[i], err) < 0)
			return -1;
	return 0;
}

static int read_dns(struct vt_net_reader *r, const struct vt_net_key *key,
	const struct vt_node *n, struct vt_err **err)
{
	return r->d ? vt_net_dns(r, key->to, n, err) : 0;
}

static const struct vt_net_key subnet_keys[] = {NEEDED("type", STRING),
	KEY("address", WORDS), KEY("netmask", ANY), KEY("gateway", WORDS),
	KEY("metric", INT), KEY("mtu", INT, .max = 1 << 24),
	KEY("control", STRING), KEY("scope", ANY), KEY("broadcast", IP),
	KEY("pointopoint", IP),
	KEY("dns_nameservers", WORDS, .to = "addresses", .read = read_dns),
	KEY("dns_search", WORDS, .to = "search", .read = read_dns),
	KEY("routes", MAPS, .read = read_routes), END};

/* The types of subnets, and the field of the interface that answers each. */
static const struct subnet_type {
	const char *word, *to;
	bool address;
} subnet_types[] = {
	{"dhcp", "dhcp4", false},
	{"dhcp4", "dhcp4", false},
	{"dhcp6", "dhcp6", false},
	{"ipv6_dhcpv6-stateful", "dhcp6", false},
	{"ipv6_dhcpv6-stateless", "slaac", false},
	{"ipv6_slaac", "slaac", false},
	{"loopback", "up", false},
	{"manual", "addresses", false},
	{"static", NULL, true},
	{"static6", NULL, true},
};

static const struct subnet_type *subnet_type(const char *word)
{
	for (size_t i = 0; i < VT_COUNT(subnet_types); i++)
		if (vt_str_eq(subnet_types[i].word, word))
			return &subnet_types[i];
	return NULL;
}

static const struct vt_node *first(const struct vt_node *n)
{
	return n && n->kind == VT_SEQ ? (n->n ? n->items[0] : NULL) : n;
}

/* Return: the first of them, or NULL with an error, or without addresses */
static struct vt_dev *read_addresses(
	struct vt_net_reader *r, const struct vt_node *map, struct vt_err **err)
{
	const struct vt_node *n = vt_node_get(map, "address");
	const struct vt_node *mask = vt_node_get(map, "netmask");
	struct vt_dev *first_one = NULL;
	size_t count = !n || vt_node_is_null(n) ? 0
		       : n->kind == VT_SEQ      ? n->n
						: 1;
	for (size_t i = 0; i < count; i++) {
		const struct vt_node *item =
			n->kind == VT_SEQ ? n->items[i] : n;
		struct vt_dev *d =
			vt_net_address(r, item, item->text, mask, err);
		if (!d)
			return NULL;
		first_one = first_one ? first_one : d;
	}
	return first_one;
}

/* What only an address of the subnet shows. */
static void read_of_address(struct vt_net_reader *r, const struct vt_node *map,
	struct vt_dev *address)
{
	static const char *const keys[][2] = {{"scope", "scope"},
		{"broadcast", "broadcast"}, {"pointopoint", "peer"}};
	for (size_t i = 0; i < VT_COUNT(keys); i++) {
		const struct vt_node *n = vt_node_get(map, keys[i][0]);
		if (n && address && vt_node_text(n))
			vt_net_set(r, address, keys[i][1], n->text, 0, n);
	}
}

/* The gateway is a default route, with the subnet's metric. */
static int read_gateway(
	struct vt_net_reader *r, const struct vt_node *map, struct vt_err **err)
{
	const struct vt_node *via = first(vt_node_get(map, "gateway"));
	const struct vt_node *metric = vt_node_get(map, "metric");
	long n = 0;
	if (metric && !vt_node_is_null(metric) &&
		vt_net_int(metric, "metric", UINT32_MAX, &n, err) < 0)
		return -1;
	if (!via || vt_node_is_null(via)) {
		vt_net_unseen(r, metric,
			"the subnet has no gateway whose route has it");
		return 0;
	}
	struct vt_dev *d =
		vt_net_route(r, via, NULL, "default", NULL, via, err);
	if (d && metric)
		vt_net_set(r, d, "metric", NULL, (uint64_t)n, metric);
	return d ? 0 : -1;
}

/* That of a subnet of IPv4 is the interface's. Source: ifupdown */
static int read_mtu(struct vt_net_reader *r, const struct vt_node *map,
	const struct vt_dev *address, struct vt_err **err)
{
	const struct vt_node *mtu = vt_node_get(map, "mtu");
	const char *text = vt_dev_text(r->d, "address");
	const char *type = vt_node_text(vt_node_get(map, "type"));
	long n;
	if (address)
		text = vt_dev_text(address, "address");
	if (!mtu || vt_node_is_null(mtu))
		return 0;
	if (vt_net_int(mtu, "mtu", 1 << 24, &n, err) < 0)
		return -1;
	bool six = text ? strchr(text, ':') != NULL
			: type && vt_str_ends(type, "6");
	vt_net_set(r, r->d, six ? "ipv6-mtu" : "mtu", NULL, (uint64_t)n, mtu);
	return 0;
}

/* By default a subnet is brought up at boot. One is enough. */
static void read_control(struct vt_net_reader *r, const struct vt_node *map)
{
	const struct vt_node *n = vt_node_get(map, "control");
	const char *word = vt_node_text(n);
	bool up = !vt_str_eq(word, "manual");
	struct vt_field *f = vt_net_set(r, r->d, "up", NULL, up, n);
	if (f && up)
		f->n = 1;
}

/* curtin takes each key for one that is there. */
static int read_subnet(
	struct vt_net_reader *r, const struct vt_node *map, struct vt_err **err)
{
	const struct vt_node *word = vt_node_get(map, "type");
	const char *missing = vt_net_missing(subnet_keys, map);
	if (!missing && vt_str_eq(vt_node_text(word), "static") &&
		vt_node_is_null(vt_node_get(map, "address")))
		missing = "address";
	if (missing)
		return vt_node_err(map, err, "subnet without '%s'", missing);
	if (vt_net_keys(r, subnet_keys, map, err) < 0)
		return -1;
	const struct subnet_type *type = subnet_type(word->text);
	if (!r->d)
		return 0;
	struct vt_err *why = NULL;
	struct vt_dev *address =
		type && type->address ? read_addresses(r, map, &why) : NULL;
	if (why) {
		vt_err_free(*err);
		*err = why;
		return -1;
	}
	if (!type)
		vt_net_unseen(r, word, "it is no type of subnet that vt knows");
	else if (address)
		vt_net_said(r, word, address, "present");
	else if (type->to && strcmp(type->to, "addresses") != 0)
		vt_net_set(r, r->d, type->to, NULL, 1, word);
	else if (type->to)
		vt_net_said(r, word, r->d, type->to);
	read_of_address(r, map, address);
	if (read_gateway(r, map, err) < 0)
		return -1;
	read_control(r, map);
	return read_mtu(r, map, address, err);
}

int vt_net_subnets(struct vt_net_reader *r, const struct vt_net_key *key,
	const struct vt_node *n, struct vt_err **err)
{
	(void)key;
	for (size_t i = 0; i < n->n; i++)
		if (read_subnet(r, n->items[i], err) < 0)
			return -1;
	/* in realise it means that all addresses are known */
	if (r->d && n->n)
		vt_net_set(r, r->d, "addresses", "none", 0, NULL);
	return 0;
}
