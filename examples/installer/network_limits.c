#include "network_limits.h"

#include <ctype.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "network/net_statements.h"
#include "network_parts.h"
#include "step.h"

enum {
	IFUPDOWN = 1 << NETWORK_IFUPDOWN,
	NETWORKD = 1 << NETWORK_NETWORKD,
	CLOUD = 1 << NETWORK_CLOUD,
	ANY = VT_NET_INTERFACES,
	NOT_NICS = 1 << VT_NET_BOND | 1 << VT_NET_BRIDGE | 1 << VT_NET_VLAN,
};

/* cloud-init: what version 22.4 reads of version 2. */
static const struct limit {
	unsigned types;
	const char *word;
	unsigned who;
} limits[] = {
	{1 << VT_NET_PHYSICAL, "driver", CLOUD},
	{1 << VT_NET_PHYSICAL, "match-name", CLOUD},
	{ANY, "macaddress", CLOUD},
	{ANY, "ipv6-mtu", CLOUD},
	{ANY, "link-local", CLOUD},
	{ANY, "ipv6-privacy", CLOUD},
	{ANY, "dhcp6-metric", IFUPDOWN | CLOUD},
	{ANY, "dhcp4-routes", IFUPDOWN | CLOUD},
	{ANY, "dhcp6-routes", IFUPDOWN | CLOUD},
	{NOT_NICS, "accept-ra", CLOUD},
	{1 << VT_NET_BOND, "peer-notif-delay", NETWORKD | CLOUD},
	{1 << VT_NET_BOND, "arp-ip-targets", CLOUD},
	{1 << VT_NET_BOND, "arp-all-targets", CLOUD},
	{1 << VT_NET_BOND, "resend-igmp", CLOUD},
	{1 << VT_NET_BOND, "lp-interval", CLOUD},
	{1 << VT_NET_BOND, "packets-per-slave", CLOUD},
	{1 << VT_NET_BOND, "all-slaves-active", CLOUD},
	{1 << VT_NET_BOND, "tlb-dynamic-lb", CLOUD},
	{1 << VT_NET_ADDRESS, "label", CLOUD},
	{1 << VT_NET_ADDRESS, "lifetime", CLOUD},
	{1 << VT_NET_ROUTE, "metric", CLOUD},
	{1 << VT_NET_ROUTE, "table", CLOUD},
	{1 << VT_NET_ROUTE, "type", CLOUD},
	{1 << VT_NET_ROUTE, "scope", CLOUD},
	{1 << VT_NET_ROUTE, "on-link", CLOUD},
	{1 << VT_NET_ROUTE, "from", CLOUD},
	{1 << VT_NET_ROUTE, "mtu", CLOUD},
	{1 << VT_NET_ROUTE, "congestion-window", CLOUD},
	{1 << VT_NET_ROUTE, "advertised-receive-window", CLOUD},
	{1 << VT_NET_POLICY, NULL, CLOUD},
	{1 << VT_NET_DUMMY, NULL, CLOUD},
};

/* Values that a renderer or its kernel does not take. */
static const struct value_limit {
	enum vt_net_type type;
	const char *word, *values[4];
	unsigned who;
} value_limits[] = {
	{VT_NET_BOND, "arp-validate",
		{"filter", "filter_active", "filter_backup"}, NETWORKD | CLOUD},
	{VT_NET_ROUTE, "type", {"nat", "xresolve"}, IFUPDOWN | NETWORKD},
};

/* Keys that leave the network as it is. */
static const char *const harmless[] = {"optional", "optional-addresses",
	"critical", "ignore-carrier", "renderer", "slaves", "members", "ports",
	"gcint", "maxwait", "waitport", "use-carrier", "bridge_gcint",
	"bridge_maxwait", "bridge_waitport", "bridge_ports", "bond-slaves",
	"bond-use-carrier", "bond_slaves", "bond_use_carrier", "control",
	"wakeonlan", NULL};

static const char *const names[] = {
	[NETWORK_IFUPDOWN] = "ifupdown",
	[NETWORK_NETWORKD] = "systemd-networkd",
	[NETWORK_CLOUD] = "the target's cloud-init",
};
static const char *const advice[] = {
	[NETWORK_IFUPDOWN] = "",
	[NETWORK_NETWORKD] = "",
	[NETWORK_CLOUD] = ": version 2 with 'renderer: networkd' has it",
};

/* The place of a field, or else of the entry. */
static const struct vt_node *node_of(const struct vt_dev *d, const char *word)
{
	const struct vt_field *f = vt_dev_field(d, word);
	return f && f->node ? f->node : d->at;
}

struct check {
	const struct vt_graph *g;
	enum network_renderer renderer;
};

static int refuse(const struct check *c, const struct vt_dev *d,
	const char *word, const char *what, struct vt_err **err)
{
	return vt_dev_err(d, word ? node_of(d, word) : NULL, err,
		"%s is not supported by %s%s", what, names[c->renderer],
		advice[c->renderer]);
}

static int check_fields(
	const struct check *c, const struct vt_dev *d, struct vt_err **err)
{
	for (size_t i = 0; i < VT_COUNT(limits); i++) {
		const struct limit *l = &limits[i];
		if ((l->types >> d->type->id & 1) &&
			(l->who >> c->renderer & 1) &&
			(!l->word || net_has(d, l->word)))
			return refuse(c, d, l->word,
				l->word ? l->word : d->type->word, err);
	}
	for (size_t i = 0; i < VT_COUNT(value_limits); i++) {
		const struct value_limit *l = &value_limits[i];
		const char *text = vt_dev_text(d, l->word);
		VT_AUTO_FREE char *what =
			vt_printf("%s '%s'", l->word, text ? text : "");
		if (vt_dev_is(d, l->type) && (l->who >> c->renderer & 1) &&
			text && vt_str_in(l->values, text))
			return refuse(c, d, l->word, what, err);
	}
	return 0;
}

/* Texts of a config get into files that a shell or a daemon reads. */
static bool is_word(const char *s, const char *more, size_t max)
{
	if (!*s || strlen(s) > max || *s == '-')
		return false;
	for (; *s; s++)
		if (!isalnum((unsigned char)*s) && !strchr(more, *s))
			return false;
	return true;
}

static int check_words(const struct vt_dev *d, struct vt_err **err)
{
	enum { IFNAME = 15 };
	static const struct {
		const char *word, *more;
		size_t max;
	} words[] = {{"name", "._@+-", IFNAME}, {"driver", "._*?[]-", 64},
		{"match-name", "._*?[]!-", 64}, {"label", "._:-", IFNAME},
		{"search", ".-_, ", 4096}, {"scope", "", 16},
		{"macaddress", ":", 17}};
	for (size_t i = 0; i < VT_COUNT(words); i++) {
		const char *text = vt_dev_text(d, words[i].word);
		if (text && !is_word(text, words[i].more, words[i].max))
			return vt_dev_err(d, node_of(d, words[i].word), err,
				"%s '%s' has other characters than letters, "
				"digits and '%s', or more than %zu",
				words[i].word, text, words[i].more,
				words[i].max);
	}
	return 0;
}

/* A port number of a bridge, and of what. */
static int check_ports(const struct vt_dev *d, struct vt_err **err)
{
	static const struct {
		const char *word;
		long max;
	} words[] = {{"path-cost", 65535}, {"port-priority", 63}};
	for (size_t i = 0; i < VT_COUNT(words); i++) {
		VT_AUTO_STRV struct vt_strv all = VT_STRV_INIT;
		size_t known = 0;
		vt_str_words(vt_dev_text(d, words[i].word), ",", &all);
		for (size_t k = 0; k < d->n_refs; k++) {
			long n = net_port_number(
				d, words[i].word, d->refs[k].used->id);
			known += n >= 0;
			if (n > words[i].max)
				return vt_dev_err(d, node_of(d, words[i].word),
					err, "%s %ld is larger than %ld",
					words[i].word, n, words[i].max);
		}
		if (known != all.n)
			return vt_dev_err(d, node_of(d, words[i].word), err,
				"%s names what is no port of it",
				words[i].word);
	}
	return 0;
}

static int check_bond(const struct vt_dev *d, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
	const char *primary = vt_dev_text(d, "primary");
	bool member = !primary;
	for (size_t i = 0; i < d->n_refs; i++)
		member |= vt_str_eq(d->refs[i].used->id, primary);
	if (!member)
		return vt_dev_err(d, node_of(d, "primary"), err,
			"primary '%s' is no member of it", primary);
	vt_str_words(vt_dev_text(d, "arp-ip-targets"), ", ", &words);
	for (size_t i = 0; i < words.n; i++) {
		struct vt_ip ip;
		if (!vt_ip_parse(words.v[i], &ip) || ip.family != 4)
			return vt_dev_err(d, node_of(d, "arp-ip-targets"), err,
				"'%s' is not an address of IPv4", words.v[i]);
	}
	return 0;
}

static int check_mtu(const struct vt_dev *d, struct vt_err **err)
{
	uint64_t mtu = vt_dev_num(d, "mtu"), six = vt_dev_num(d, "ipv6-mtu");
	return mtu && six > mtu
		       ? vt_dev_err(d, node_of(d, "ipv6-mtu"), err,
				 "the MTU %u of IPv6 is larger than its MTU %u",
				 (unsigned)six, (unsigned)mtu)
		       : 0;
}

static int check_interface(
	const struct check *c, const struct vt_dev *d, struct vt_err **err)
{
	bool by_name = c->renderer == NETWORK_IFUPDOWN || net_is_made(d);
	if (vt_dev_is(d, VT_NET_OTHER) && !net_is_reference(d))
		return vt_dev_err(d, NULL, err,
			"such an interface is not supported by vt-install");
	if (!net_name(d) && (by_name || d->n_refs || net_master(d)))
		return vt_dev_err(d, NULL, err,
			"its name in the installed system is not known: it "
			"needs a 'set-name'");
	for (size_t i = 0; i < d->n_refs; i++)
		if (!net_name(d->refs[i].used))
			return vt_dev_err(d, d->refs[i].node, err,
				"the name of '%s' in the installed system is "
				"not known: it needs a 'set-name'",
				d->refs[i].used->id);
	if (vt_dev_is(d, VT_NET_VLAN) &&
		(!vt_dev_ref(d, "link") || !net_has(d, "id")))
		return vt_dev_err(d, NULL, err, "it needs 'link' and 'id'");
	if (check_mtu(d, err) < 0 ||
		(vt_dev_is(d, VT_NET_BOND) && check_bond(d, err) < 0))
		return -1;
	return vt_dev_is(d, VT_NET_BRIDGE) ? check_ports(d, err) : 0;
}

static int check_entry(
	const struct check *c, const struct vt_dev *d, struct vt_err **err)
{
	if (check_words(d, err) < 0 ||
		(vt_net_is_interface(d) && check_interface(c, d, err) < 0))
		return -1;
	if (vt_dev_is(d, VT_NET_ROUTE) && !net_route_dev(c->g, d))
		return vt_dev_err(d, NULL, err,
			"its gateway is in no network of an interface");
	return check_fields(c, d, err);
}

/* "bridge br0 openvswitch.a[0]": its last key; owned */
static char *last_key(const char *name)
{
	VT_AUTO_FREE char *copy = vt_strndup(name, strcspn(name, "["));
	const char *dot = strrchr(copy, '.'), *space = strrchr(copy, ' ');
	const char *at = dot > space ? dot : space;
	return vt_strdup(at ? at + 1 : copy);
}

/* Scalars that the graph does not have. */
static int check_statement(const struct vt_statement *s, struct vt_err **err)
{
	static const char *const nothing[] = {"null says nothing",
		"the value says nothing", VT_NET_IS_OFF, NULL};
	VT_AUTO_FREE char *key = last_key(s->name);
	if (s->check || vt_str_in(nothing, s->reason))
		return 0;
	if (!strcmp(s->reason, VT_NOT_USED) || vt_str_in(harmless, key)) {
		say("warning: %s: '%s' has no effect here", s->at, s->name);
		return 0;
	}
	return vt_err_set(err, VT_USAGE,
		"%s: '%s' is not supported by vt-install: %s", s->at, s->name,
		s->reason);
}

static int check_statements(const struct vt_graph *g,
	const struct vt_node *config, struct vt_err **err)
{
	VT_AUTO_STATEMENTS struct vt_statements s = {0};
	vt_network_statements(&s, g, config, NULL);
	for (size_t i = 0; i < s.n; i++)
		if (check_statement(&s.v[i], err) < 0)
			return -1;
	return 0;
}

/* Open vSwitch, whose map may be empty. */
static int check_ovs(const struct vt_node *network, struct vt_err **err)
{
	for (size_t i = 0; i < network->n; i++) {
		const struct vt_node *list = network->items[i];
		const struct vt_node *ovs = vt_node_get(network, "openvswitch");
		for (size_t k = 0; !ovs && list->kind == VT_MAP && k < list->n;
			k++)
			ovs = vt_node_get(list->items[k], "openvswitch");
		if (ovs)
			return vt_node_err(ovs, err,
				"openvswitch is not supported by vt-install");
	}
	return 0;
}

int network_limits_check(const struct vt_graph *g, const struct vt_node *config,
	enum network_renderer renderer, struct vt_err **err)
{
	const struct check c = {g, renderer};
	if (renderer < NETWORK_IFUPDOWN || renderer == NETWORK_NETPLAN)
		return 0;
	if (check_ovs(vt_node_get(config, "network"), err) < 0)
		return -1;
	for (size_t i = 0; i < g->n; i++)
		if (check_entry(&c, &g->v[i], err) < 0)
			return -1;
	return check_statements(g, config, err);
}
