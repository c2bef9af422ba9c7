/* Bonds, bridges, VLANs and dummies in /etc/network/interfaces. */
#include <inttypes.h>
#include <string.h>

#include "base/mem.h"
#include "network_ifupdown.h"
#include "network_parts.h"

/* How a number or a text is written. */
enum form { TEXT, NUMBER, HUNDREDTHS };

struct param {
	const char *word, *option;
	enum form form;
};

/* The options of ifenslave. */
static const struct param bond_options[] = {
	{"mode", "bond-mode", TEXT},
	{"miimon", "bond-miimon", NUMBER},
	{"updelay", "bond-updelay", NUMBER},
	{"downdelay", "bond-downdelay", NUMBER},
	{"arp-interval", "bond-arp-interval", NUMBER},
	{"arp-validate", "bond-arp-validate", TEXT},
	{"primary-reselect", "bond-primary-reselect", TEXT},
	{"fail-over-mac", "bond-fail-over-mac", TEXT},
	{"xmit-hash-policy", "bond-xmit-hash-policy", TEXT},
	{"lacp-rate", "bond-lacp-rate", TEXT},
	{"ad-select", "bond-ad-select", TEXT},
	{"num-peer-notif", "bond-num-grat-arp", NUMBER},
	{"packets-per-slave", "bond-packets-per-slave", NUMBER},
	{"tlb-dynamic-lb", "bond-tlb-dynamic-lb", NUMBER},
};

/* Those that ifenslave does not have. The kernel takes them while the bond is
 * up. */
static const struct param bond_up[] = {
	{"peer-notif-delay", "peer_notify_delay", NUMBER},
	{"arp-all-targets", "arp_all_targets", TEXT},
	{"min-links", "min_links", NUMBER},
	{"resend-igmp", "resend_igmp", NUMBER},
	{"lp-interval", "lp_interval", NUMBER},
	{"all-slaves-active", "all_slaves_active", NUMBER},
};

static const struct param bridge_options[] = {
	{"priority", "bridge_bridgeprio", NUMBER},
	{"ageing-time", "bridge_ageing", HUNDREDTHS},
	{"forward-delay", "bridge_fd", HUNDREDTHS},
	{"hello-time", "bridge_hello", HUNDREDTHS},
	{"max-age", "bridge_maxage", HUNDREDTHS},
};

static void add_value(
	struct vt_str *out, const struct vt_field *f, enum form form)
{
	if (form == TEXT)
		vt_str_add(out, f->text);
	else if (form == NUMBER)
		vt_str_addf(out, "%" PRIu64, f->n);
	else if (f->n % 100)
		vt_str_addf(out, "%" PRIu64 ".%02u", f->n / 100,
			(unsigned)(f->n % 100));
	else
		vt_str_addf(out, "%" PRIu64, f->n / 100);
}

static void add_options(struct vt_str *out, const struct vt_dev *d,
	const struct param *params, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct vt_field *f = vt_dev_field(d, params[i].word);
		if (!f || (params[i].form == TEXT && !f->text))
			continue;
		vt_str_addf(out, "\t%s ", params[i].option);
		add_value(out, f, params[i].form);
		vt_str_add(out, "\n");
	}
}

/* "eth1 eth2", or "none" */
static void add_members(
	struct vt_str *out, const struct vt_dev *d, const char *option)
{
	vt_str_addf(out, "\t%s", option);
	for (size_t i = 0; i < d->n_refs; i++)
		vt_str_addf(out, " %s", net_name(d->refs[i].used));
	vt_str_add(out, d->n_refs ? "\n" : " none\n");
}

/* NICs that are members have no stanza: they are brought up with their master
 * alone. What the config says of them is done before. */
static void add_nics(struct vt_str *out, const struct vt_dev *d)
{
	for (size_t i = 0; i < d->n_refs; i++) {
		const struct vt_dev *m = d->refs[i].used;
		const char *mac = vt_dev_text(m, "macaddress");
		uint64_t mtu = net_mtu(m);
		if (net_is_made(m))
			continue;
		if (mac)
			vt_str_addf(out,
				"\tpre-up ip link set dev %s address %s\n",
				net_name(m), mac);
		if (mtu)
			vt_str_addf(out,
				"\tpre-up ip link set dev %s mtu %" PRIu64 "\n",
				net_name(m), mtu);
	}
}

static void add_bond(struct vt_str *out, const struct vt_dev *d)
{
	const char *targets = vt_dev_text(d, "arp-ip-targets");
	const char *primary = vt_dev_text(d, "primary");
	VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
	add_nics(out, d);
	add_members(out, d, "bond-slaves");
	add_options(out, d, bond_options, VT_COUNT(bond_options));
	vt_str_words(targets, ", ", &words);
	for (size_t i = 0; i < words.n; i++)
		vt_str_addf(out, "%s%s", i ? " " : "\tbond-arp-ip-target ",
			words.v[i]);
	vt_str_add(out, words.n ? "\n" : "");
	for (size_t i = 0; primary && i < d->n_refs; i++)
		if (!strcmp(d->refs[i].used->id, primary))
			vt_str_addf(out, "\tbond-primary %s\n",
				net_name(d->refs[i].used));
}

static void add_bridge(struct vt_str *out, const struct vt_dev *d)
{
	add_nics(out, d);
	add_members(out, d, "bridge_ports");
	if (net_has(d, "stp"))
		vt_str_addf(out, "\tbridge_stp %s\n",
			vt_dev_num(d, "stp") ? "on" : "off");
	add_options(out, d, bridge_options, VT_COUNT(bridge_options));
}

/* The package vlan finds the number in names of these forms. */
static bool has_usual_name(
	const struct vt_dev *d, const char *parent, uint64_t id)
{
	VT_AUTO_FREE char *dotted = vt_printf("%s.%" PRIu64, parent, id);
	VT_AUTO_FREE char *plain = vt_printf("vlan%" PRIu64, id);
	return (!strcmp(net_name(d), dotted) && !strchr(parent, '.')) ||
	       !strcmp(net_name(d), plain);
}

static void add_own(struct vt_str *out, const char *name, const char *how)
{
	vt_str_addf(out,
		"\tpre-up [ -e /sys/class/net/%s ] || ip link add %s\n"
		"\tpost-down ip link del dev %s\n",
		name, how, name);
}

static void add_vlan(struct vt_str *out, const struct vt_dev *d)
{
	const char *parent = net_name(vt_dev_ref(d, "link"));
	uint64_t id = vt_dev_num(d, "id");
	VT_AUTO_FREE char *how =
		vt_printf("link %s name %s type vlan id %" PRIu64, parent,
			net_name(d), id);
	if (has_usual_name(d, parent, id)) {
		vt_str_addf(out, "\tvlan-raw-device %s\n", parent);
		return;
	}
	vt_str_addf(out, "\tpre-up ip link set dev %s up\n", parent);
	add_own(out, net_name(d), how);
}

void ifupdown_link(const struct vt_dev *d, struct vt_str *out)
{
	const char *mac = vt_dev_text(d, "macaddress");
	VT_AUTO_FREE char *dummy = vt_printf("name %s type dummy", net_name(d));
	if (vt_dev_is(d, VT_NET_BOND))
		add_bond(out, d);
	if (vt_dev_is(d, VT_NET_BRIDGE))
		add_bridge(out, d);
	if (vt_dev_is(d, VT_NET_VLAN))
		add_vlan(out, d);
	if (vt_dev_is(d, VT_NET_DUMMY))
		add_own(out, net_name(d), dummy);
	if (mac)
		vt_str_addf(out, "\thwaddress %s\n", mac);
	if (net_mtu(d))
		vt_str_addf(out, "\tmtu %" PRIu64 "\n", net_mtu(d));
}

static void add_ports_up(struct vt_str *out, const struct vt_dev *d)
{
	static const char *const words[][2] = {
		{"path-cost", "cost"}, {"port-priority", "priority"}};
	for (size_t i = 0; i < d->n_refs; i++) {
		const struct vt_dev *port = d->refs[i].used;
		for (size_t k = 0; k < VT_COUNT(words); k++) {
			long n = net_port_number(d, words[k][0], port->id);
			if (n >= 0)
				vt_str_addf(out,
					"\tup ip link set dev %s type "
					"bridge_slave %s %ld\n",
					net_name(port), words[k][1], n);
		}
	}
}

void ifupdown_link_up(const struct vt_dev *d, struct vt_str *out)
{
	for (size_t i = 0; vt_dev_is(d, VT_NET_BOND) && i < VT_COUNT(bond_up);
		i++) {
		const struct vt_field *f = vt_dev_field(d, bond_up[i].word);
		if (!f)
			continue;
		vt_str_addf(out, "\tup ip link set dev %s type bond %s ",
			net_name(d), bond_up[i].option);
		add_value(out, f, bond_up[i].form);
		vt_str_add(out, "\n");
	}
	if (vt_dev_is(d, VT_NET_BRIDGE))
		add_ports_up(out, d);
}
