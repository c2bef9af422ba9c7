#include "network_ifupdown.h"

#include <inttypes.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "network_parts.h"

static const char path[] = "/etc/network/interfaces";

/* The stanzas of one interface. ifupdown runs them in order; the first has the
 * options of the interface, and the last runs what needs all of its addresses.
 */
struct stanzas {
	const struct vt_graph *g;
	const struct vt_dev *d;
	struct vt_strv v;
	bool six; /* one is of inet6 */
};

static void begin(struct stanzas *s, const char *family, const char *method,
	struct vt_str *text)
{
	vt_str_addf(text, "iface %s %s %s\n", net_name(s->d), family, method);
	if (strcmp(family, "inet6") != 0)
		return;
	s->six = true;
	if (net_has(s->d, "accept-ra"))
		vt_str_addf(text, "\taccept_ra %d\n",
			vt_dev_num(s->d, "accept-ra") != 0);
	if (net_has(s->d, "ipv6-privacy"))
		vt_str_addf(text, "\tprivext %d\n",
			vt_dev_num(s->d, "ipv6-privacy") ? 2 : 0);
}

static void add(struct stanzas *s, const char *family, const char *method)
{
	struct vt_str text = VT_STR_INIT;
	begin(s, family, method, &text);
	vt_strv_take(&s->v, vt_str_take(&text));
}

static void add_option(struct vt_str *text, const struct vt_dev *a,
	const char *word, const char *option)
{
	if (vt_dev_text(a, word))
		vt_str_addf(text, "\t%s %s\n", option, vt_dev_text(a, word));
}

/* "10.0.2.100/24"; owned */
static char *address_of(const struct vt_dev *a)
{
	const struct vt_field *prefix = vt_dev_field(a, "prefix");
	const char *address = vt_dev_text(a, "address");
	return prefix ? vt_printf("%s/%" PRIu64, address, prefix->n)
		      : vt_printf("%s/%d", address,
				net_family(a) == 6 ? 128 : 32);
}

/* A label, or a lifetime of IPv4, has no option: ifupdown would label the
 * address with the interface's name. */
static bool is_plain(const struct vt_dev *a)
{
	return !net_has(a, "label") &&
	       (net_family(a) == 6 || !net_has(a, "lifetime"));
}

static void add_address(struct stanzas *s, const struct vt_dev *a)
{
	bool six = net_family(a) == 6;
	VT_AUTO_FREE char *address = address_of(a);
	struct vt_str text = VT_STR_INIT;
	begin(s, six ? "inet6" : "inet", "static", &text);
	vt_str_addf(&text, "\taddress %s\n", address);
	if (six && vt_dev_num(s->d, "slaac"))
		vt_str_add(&text, "\tautoconf 1\n");
	add_option(&text, a, "scope", "scope");
	add_option(&text, a, "lifetime", "preferred-lifetime");
	if (!six) {
		add_option(&text, a, "broadcast", "broadcast");
		add_option(&text, a, "peer", "pointopoint");
	}
	vt_strv_take(&s->v, vt_str_take(&text));
}

static void add_addresses(struct stanzas *s, int family)
{
	for (size_t i = 0; i < s->g->n; i++) {
		const struct vt_dev *a = &s->g->v[i];
		if (net_is_of(s->g, a, VT_NET_ADDRESS, s->d) &&
			net_family(a) == family && is_plain(a))
			add_address(s, a);
	}
}

static void add_dhcp(struct stanzas *s)
{
	struct vt_str text = VT_STR_INIT;
	begin(s, "inet", "dhcp", &text);
	if (net_has(s->d, "dhcp4-metric"))
		vt_str_addf(&text, "\tmetric %" PRIu64 "\n",
			vt_dev_num(s->d, "dhcp4-metric"));
	vt_strv_take(&s->v, vt_str_take(&text));
}

static void add_methods(struct stanzas *s)
{
	bool lo = vt_dev_is(s->d, VT_NET_LOOPBACK);
	if (lo)
		add(s, "inet", "loopback");
	if (vt_dev_num(s->d, "dhcp4"))
		add_dhcp(s);
	add_addresses(s, 4);
	if (!s->v.n)
		add(s, "inet", "manual");
	if (vt_dev_num(s->d, "slaac"))
		add(s, "inet6", "auto");
	if (vt_dev_num(s->d, "dhcp6"))
		add(s, "inet6", "dhcp");
	add_addresses(s, 6);
	if (!s->six &&
		(net_has(s->d, "accept-ra") || net_has(s->d, "ipv6-privacy")))
		add(s, "inet6", "manual");
}

/* Options that the last stanza has: with each, resolvconf forgets what it was
 * told for the one before. */
static void add_dns(const struct stanzas *s, struct vt_str *out)
{
	static const char *const words[][2] = {
		{"addresses", "dns-nameservers"}, {"search", "dns-search"}};
	for (size_t i = 0; i < s->g->n; i++) {
		const struct vt_dev *n = &s->g->v[i];
		bool global = vt_dev_is(n, VT_NET_NAMESERVERS) && !n->n_refs &&
			      vt_dev_is(s->d, VT_NET_LOOPBACK);
		if (!global && !net_is_of(s->g, n, VT_NET_NAMESERVERS, s->d))
			continue;
		for (size_t k = 0; k < VT_COUNT(words); k++) {
			const char *text = vt_dev_text(n, words[k][0]);
			VT_AUTO_FREE char *list =
				text ? vt_str_replace(text, ",", "") : NULL;
			if (list)
				vt_str_addf(
					out, "\t%s %s\n", words[k][1], list);
		}
	}
}

/* Commands */

static void add_number(struct vt_str *out, const struct vt_dev *d,
	const char *word, const char *name)
{
	if (net_has(d, word))
		vt_str_addf(out, " %s %" PRIu64, name, vt_dev_num(d, word));
}

static void add_text(struct vt_str *out, const struct vt_dev *d,
	const char *word, const char *name)
{
	if (vt_dev_text(d, word))
		vt_str_addf(out, " %s %s", name, vt_dev_text(d, word));
}

/* Types of routes that have no device. */
static bool has_no_device(const char *type)
{
	static const char *const types[] = {
		"blackhole", "prohibit", "throw", "unreachable", NULL};
	return type && vt_str_in(types, type);
}

static void add_route(
	const struct stanzas *s, const struct vt_dev *r, struct vt_str *out)
{
	const char *type = vt_dev_text(r, "type");
	const char *to = vt_dev_text(r, "to");
	/* a router may have announced itself already */
	bool taken = !strcmp(to, "::/0");
	vt_str_addf(out, "\tup ip -%d route %s%s%s %s", net_family(r),
		taken ? "replace" : "add", type ? " " : "", type ? type : "",
		to);
	add_text(out, r, "via", "via");
	if (!has_no_device(type))
		vt_str_addf(out, " dev %s", net_name(s->d));
	if (net_is_onlink(s->g, r, s->d))
		vt_str_add(out, " onlink");
	add_number(out, r, "metric", "metric");
	add_number(out, r, "table", "table");
	add_text(out, r, "scope", "scope");
	add_text(out, r, "from", "src");
	add_number(out, r, "mtu", "mtu");
	add_number(out, r, "congestion-window", "initcwnd");
	add_number(out, r, "advertised-receive-window", "initrwnd");
	vt_str_add(out, "\n");
}

/* The number of a type of service is hexadecimal to ip(8). */
static void add_rule(const struct vt_dev *p, struct vt_str *out)
{
	static const char *const when[] = {"up", "down"};
	VT_AUTO_STR struct vt_str what = VT_STR_INIT;
	add_text(&what, p, "from", "from");
	add_text(&what, p, "to", "to");
	add_number(&what, p, "table", "table");
	add_number(&what, p, "priority", "priority");
	add_number(&what, p, "mark", "fwmark");
	if (net_has(p, "type-of-service"))
		vt_str_addf(&what, " tos 0x%" PRIx64,
			vt_dev_num(p, "type-of-service"));
	for (size_t i = 0; i < VT_COUNT(when); i++)
		vt_str_addf(out, "\t%s ip -%d rule %s%s\n", when[i],
			net_family(p), i ? "del" : "add", vt_str_c(&what));
}

static void add_labelled(
	const struct stanzas *s, const struct vt_dev *a, struct vt_str *out)
{
	VT_AUTO_FREE char *address = address_of(a);
	if (is_plain(a))
		return;
	vt_str_addf(out, "\tup ip addr add %s dev %s", address, net_name(s->d));
	if (net_family(a) == 4)
		vt_str_add(out, " broadcast +");
	add_text(out, a, "label", "label");
	add_text(out, a, "scope", "scope");
	add_text(out, a, "lifetime", "preferred_lft");
	vt_str_add(out, "\n");
}

/* What the methods do not set: for DHCP the MTU, that of IPv6, and whether
 * there is a link-local address. */
static void add_settings(const struct stanzas *s, struct vt_str *out)
{
	const char *name = net_name(s->d);
	const char *local = vt_dev_text(s->d, "link-local");
	if (vt_dev_num(s->d, "dhcp4") && net_mtu(s->d))
		vt_str_addf(out, "\tup ip link set dev %s mtu %" PRIu64 "\n",
			name, net_mtu(s->d));
	if (net_has(s->d, "ipv6-mtu"))
		vt_str_addf(out,
			"\tup sysctl -q -w net/ipv6/conf/%s/mtu=%" PRIu64 "\n",
			name, vt_dev_num(s->d, "ipv6-mtu"));
	if (vt_str_eq(local, "none"))
		vt_str_addf(out,
			"\tup ip link set dev %s addrgenmode none\n"
			"\tup ip -6 addr flush dev %s scope link\n",
			name, name);
}

/* Commands that the last stanza has. */
static void add_tail(const struct stanzas *s, struct vt_str *out)
{
	add_dns(s, out);
	ifupdown_link_up(s->d, out);
	add_settings(s, out);
	for (size_t i = 0; i < s->g->n; i++)
		if (net_is_of(s->g, &s->g->v[i], VT_NET_ADDRESS, s->d))
			add_labelled(s, &s->g->v[i], out);
	for (size_t i = 0; i < s->g->n; i++) {
		const struct vt_dev *part = &s->g->v[i];
		if (net_is_of(s->g, part, VT_NET_ROUTE, s->d))
			add_route(s, part, out);
		if (net_is_of(s->g, part, VT_NET_POLICY, s->d))
			add_rule(part, out);
	}
}

static void add_interface(
	const struct vt_graph *g, const struct vt_dev *d, struct vt_str *out)
{
	struct stanzas s = {.g = g, .d = d};
	VT_AUTO_STR struct vt_str head = VT_STR_INIT, tail = VT_STR_INIT;
	add_methods(&s);
	ifupdown_link(d, &head);
	add_tail(&s, &tail);
	vt_str_add(out, "\n");
	if (net_starts(d))
		vt_str_addf(out, "auto %s\n", net_name(d));
	for (size_t i = 0; i < s.v.n; i++)
		vt_str_addf(out, "%s%s%s", s.v.v[i], i ? "" : vt_str_c(&head),
			i + 1 < s.v.n ? "" : vt_str_c(&tail));
	vt_strv_free(&s.v);
}

/* A NIC that is only a member is brought up by its master. */
static bool is_member_alone(const struct vt_dev *d)
{
	if (net_is_made(d) || !net_master(d))
		return false;
	for (size_t i = 0; i < d->n_users; i++)
		if (!vt_net_is_interface(d->users[i]->user))
			return false;
	return !vt_dev_num(d, "dhcp4") && !vt_dev_num(d, "dhcp6") &&
	       !vt_dev_num(d, "slaac");
}

/* What an interface is made of comes before it. */
static void add_with_parts(const struct vt_graph *g, const struct vt_dev *d,
	bool *done, struct vt_str *out)
{
	if (done[d - g->v])
		return;
	done[d - g->v] = true;
	for (size_t i = 0; i < d->n_refs; i++)
		add_with_parts(g, d->refs[i].used, done, out);
	if (!vt_dev_is(d, VT_NET_OTHER) && !is_member_alone(d))
		add_interface(g, d, out);
}

static const struct vt_dev *loopback(const struct vt_graph *g)
{
	for (size_t i = 0; i < g->n; i++)
		if (vt_dev_is(&g->v[i], VT_NET_LOOPBACK))
			return &g->v[i];
	return NULL;
}

static void render(const struct vt_graph *g, struct vt_str *out)
{
	VT_AUTO_FREE bool *done = vt_calloc(g->n + 1, sizeof(*done));
	struct vt_dev lo = {.id = "lo", .type = vt_net_row(VT_NET_LOOPBACK)};
	vt_str_add(out, "# Written by vt-install.\n");
	if (!loopback(g))
		add_interface(g, &lo, out);
	for (size_t i = 0; i < g->n; i++)
		if (vt_net_is_interface(&g->v[i]))
			add_with_parts(g, &g->v[i], done, out);
	vt_str_add(out, "\nsource /etc/network/interfaces.d/*.cfg\n");
}

/* What a type of interface needs of the target. */
static int check_packages(
	const struct vt_graph *g, const char *root, struct vt_err **err)
{
	static const struct {
		enum vt_net_type type;
		const char *script, *package;
	} needs[] = {
		{VT_NET_BOND, "/etc/network/if-pre-up.d/ifenslave",
			"ifenslave"},
		{VT_NET_BRIDGE, "/lib/bridge-utils/ifupdown.sh",
			"bridge-utils"},
		{VT_NET_VLAN, "/etc/network/if-pre-up.d/vlan", "vlan"},
	};
	for (size_t i = 0; i < g->n; i++)
		for (size_t k = 0; k < VT_COUNT(needs); k++)
			if (vt_dev_is(&g->v[i], needs[k].type) &&
				!net_exists(root, needs[k].script))
				return vt_err_set(err, VT_FAILED,
					"%s '%s' needs the package %s, which "
					"the target does not have",
					g->v[i].type->word, g->v[i].id,
					needs[k].package);
	return 0;
}

int ifupdown_write(
	const struct vt_graph *g, const char *root, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	if (check_packages(g, root, err) < 0)
		return -1;
	render(g, &text);
	return net_write(root, path, vt_str_c(&text), 0644, err);
}
