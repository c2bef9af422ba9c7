#include "network/net_types.h"

#include "base/mem.h"
#include "base/str.h"
#include "network/ip.h"

#define KEY(name, of, ...)                                                     \
	{                                                                      \
		.word = name, .kind = VT_KEY_##of, __VA_ARGS__                 \
	}
#define END                                                                    \
	{                                                                      \
		.word = NULL                                                   \
	}
#define U32 4294967295L
#define LIKE(how, ...) .like = VT_NET_LIKE_##how, __VA_ARGS__
#define COUNT(name, most)                                                      \
	KEY(name, INT, .max = (most), .like = VT_NET_LIKE_NUMBER)
#define YES(name) KEY(name, BOOL, .like = VT_NET_LIKE_YES)
#define WORD(name) KEY(name, TEXT, .like = VT_NET_LIKE_TEXT)
#define SECONDS(name) KEY(name, INT, .max = U32, .like = VT_NET_LIKE_SECONDS)

/* By what it is found (match-*, name), and what it is then. `addresses` are all
 * that it has, except for those that a server or router gave it if it is to ask
 * for them. */
#define INTERFACE                                                              \
	KEY("name", TEXT, LIKE(TEXT)), KEY("mac", TEXT, LIKE(CASE)),           \
		KEY("match-name", TEXT, LIKE(GLOB)),                           \
		KEY("driver", TEXT, LIKE(GLOB)), YES("up"),                    \
		KEY("macaddress", TEXT, LIKE(CASE)), COUNT("mtu", 1 << 24),    \
		COUNT("ipv6-mtu", 1 << 24), YES("dhcp4"), YES("dhcp6"),        \
		YES("slaac"), KEY("addresses", TEXT, LIKE(FINDER)),            \
		KEY("gateways", TEXT, LIKE(FINDER)), YES("accept-ra"),         \
		KEY("link-local", TEXT, LIKE(TEXT)), YES("ipv6-privacy"),      \
		COUNT("dhcp4-metric", U32), COUNT("dhcp6-metric", U32),        \
		YES("dhcp4-routes"), YES("dhcp6-routes")

static const struct vt_type_key physical_keys[] = {INTERFACE, END};
static const struct vt_type_key bond_keys[] = {
	KEY("interfaces", REFS, .refs = VT_NET_INTERFACES, LIKE(TEXT)),
	INTERFACE,
	WORD("mode"),
	COUNT("miimon", U32),
	COUNT("updelay", U32),
	COUNT("downdelay", U32),
	COUNT("peer-notif-delay", U32),
	COUNT("arp-interval", U32),
	KEY("arp-ip-targets", TEXT, LIKE(WORDS)),
	WORD("arp-validate"),
	WORD("arp-all-targets"),
	WORD("primary"),
	WORD("primary-reselect"),
	WORD("fail-over-mac"),
	WORD("xmit-hash-policy"),
	WORD("lacp-rate"),
	WORD("ad-select"),
	COUNT("min-links", U32),
	COUNT("num-peer-notif", 255),
	COUNT("resend-igmp", 255),
	COUNT("lp-interval", U32),
	COUNT("packets-per-slave", 65535),
	YES("all-slaves-active"),
	YES("tlb-dynamic-lb"),
	END,
};
static const struct vt_type_key bridge_keys[] = {
	KEY("interfaces", REFS, .refs = VT_NET_INTERFACES, LIKE(TEXT)),
	INTERFACE,
	YES("stp"),
	COUNT("priority", 65535),
	SECONDS("ageing-time"),
	SECONDS("forward-delay"),
	SECONDS("hello-time"),
	SECONDS("max-age"),
	/* "eth1 50, eth2 75" */
	KEY("path-cost", TEXT, LIKE(FINDER)),
	KEY("port-priority", TEXT, LIKE(FINDER)),
	END,
};
static const struct vt_type_key vlan_keys[] = {
	KEY("link", REF, .refs = VT_NET_INTERFACES, LIKE(TEXT)),
	INTERFACE,
	KEY("id", INT, .as = "vlan_id", .max = 4094,
		.like = VT_NET_LIKE_NUMBER),
	END,
};
static const struct vt_type_key other_keys[] = {
	KEY("name", TEXT, .flags = VT_KEY_IDENTITY), END};

#define OF KEY("interface", REF, .refs = VT_NET_INTERFACES)
static const struct vt_type_key address_keys[] = {
	OF,
	KEY("address", TEXT, .flags = VT_KEY_IDENTITY),
	YES("present"),
	COUNT("prefix", 128),
	KEY("label", TEXT, LIKE(TEXT)),
	WORD("lifetime"),
	WORD("scope"),
	KEY("broadcast", TEXT, LIKE(IP)),
	KEY("peer", TEXT, LIKE(IP)),
	END,
};
static const struct vt_type_key route_keys[] = {
	OF,
	KEY("to", TEXT, .flags = VT_KEY_IDENTITY),
	YES("present"),
	KEY("via", TEXT, LIKE(IP)),
	KEY("metric", INT, .max = U32, .like = VT_NET_LIKE_NUMBER,
		.unseen = "where 0 is asked for, the kernel chooses the metric "
			  "of a route of IPv6"),
	COUNT("table", U32),
	WORD("type"),
	WORD("scope"),
	YES("on-link"),
	KEY("from", TEXT, LIKE(IP)),
	COUNT("mtu", U32),
	COUNT("congestion-window", U32),
	COUNT("advertised-receive-window", U32),
	END,
};
static const struct vt_type_key policy_keys[] = {
	OF,
	KEY("from", TEXT, LIKE(IP)),
	KEY("to", TEXT, LIKE(IP)),
	COUNT("table", U32),
	COUNT("priority", U32),
	COUNT("mark", U32),
	COUNT("type-of-service", 255),
	END,
};
static const struct vt_type_key nameservers_keys[] = {
	OF,
	/* "10.0.2.3, 8.8.8.8,  10.0.2.4": two lists, each in order */
	KEY("addresses", TEXT, LIKE(ORDER)),
	KEY("search", TEXT, LIKE(ORDER)),
	END,
};
static const struct vt_type_key config_keys[] = {
	KEY("disabled", BOOL, LIKE(FINDER)), KEY("others", TEXT, LIKE(FINDER)),
	END};

/* By enum vt_net_type. */
#define TYPE(number, name, many, of)                                           \
	{                                                                      \
		.word = name, .list = many, .id = VT_NET_##number,             \
		.keys = of##_keys, .sides = VT_SIDES_FACTS                     \
	}
static const struct vt_type types[] = {
	TYPE(PHYSICAL, "physical", "physicals", physical),
	TYPE(BOND, "bond", "bonds", bond),
	TYPE(BRIDGE, "bridge", "bridges", bridge),
	TYPE(VLAN, "vlan", "vlans", vlan),
	TYPE(DUMMY, "dummy", "dummies", physical),
	TYPE(LOOPBACK, "loopback", "loopbacks", physical),
	TYPE(OTHER, "interface", "interfaces", other),
	TYPE(ADDRESS, "address", "addresses", address),
	TYPE(ROUTE, "route", "routes", route),
	TYPE(POLICY, "policy", "policies", policy),
	TYPE(NAMESERVERS, "nameservers", "nameservers", nameservers),
	TYPE(CONFIG, "network", "configs", config),
};

const struct vt_types vt_net_types = {
	.what = "network", .v = types, .n = VT_COUNT(types)};

const struct vt_type *vt_net_row(enum vt_net_type id)
{
	return &types[id];
}

bool vt_net_is_interface(const struct vt_dev *d)
{
	return d && (VT_NET_INTERFACES >> d->type->id & 1);
}

bool vt_net_is_used(const struct vt_dev *d)
{
	for (size_t i = 0; i < d->n_users; i++)
		if (vt_net_is_interface(d->users[i]->user))
			return true;
	return false;
}

bool vt_net_is_port(const struct vt_dev *d)
{
	for (size_t i = 0; i < d->n_users; i++)
		if (vt_dev_is(d->users[i]->user, VT_NET_BOND) ||
			vt_dev_is(d->users[i]->user, VT_NET_BRIDGE))
			return true;
	return false;
}

bool vt_net_is_off(const struct vt_dev *d)
{
	const struct vt_dev *on =
		vt_net_is_interface(d) ? d : vt_dev_ref(d, "interface");
	const struct vt_field *up = on ? vt_dev_field(on, "up") : NULL;
	return up && !up->n && !vt_net_is_used(on);
}

bool vt_net_is_default(const struct vt_dev *d)
{
	struct vt_ip to;
	const char *text =
		vt_dev_is(d, VT_NET_ROUTE) ? vt_dev_text(d, "to") : NULL;
	const struct vt_field *table = vt_dev_field(d, "table");
	return text && vt_ip_parse(text, &to) && to.prefix == 0 &&
	       (!table || table->n == VT_IP_MAIN_TABLE);
}
