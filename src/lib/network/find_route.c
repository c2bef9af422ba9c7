/* Routes in `ip -j route show table all`, of both families. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "data/json.h"
#include "network/ip.h"
#include "network/net_likes.h"
#include "network/net_look.h"
#include "network/net_types.h"

static long long table_of(const json_t *route)
{
	return vt_ip_table(vt_json_word(route, "table", "main"));
}

static const char *gateway_of(const json_t *route)
{
	const char *via = vt_json_str(route, "gateway");
	return via ? via : vt_json_str(json_object_get(route, "via"), "host");
}

/* Its destination, as the config's is normalised. */
static bool destination(const json_t *route, int family, struct vt_ip *ip)
{
	const char *to = vt_json_str(route, "dst");
	if (to && !strcmp(to, "default"))
		*ip = (struct vt_ip){.family = family};
	else if (!to || !vt_ip_parse(to, ip))
		return false;
	if (ip->prefix < 0)
		ip->prefix = vt_ip_bits(ip);
	return ip->family == family;
}

static long long metric_of(const json_t *route)
{
	long long n = vt_net_int_of(route, "metric");
	return n < 0 ? 0 : n;
}

/* How much of it is as asked; the route with the most is the one that is meant.
 */
static int likeness(const struct vt_dev *d, const json_t *route)
{
	const struct vt_field *table = vt_dev_field(d, "table");
	const struct vt_field *metric = vt_dev_field(d, "metric");
	const char *via = vt_dev_text(d, "via");
	long long want = table ? (long long)table->n : VT_IP_MAIN_TABLE;
	return 4 * (table_of(route) == want) +
	       2 * (!via || vt_ip_same_text(via, gateway_of(route))) +
	       (metric && (long long)metric->n == metric_of(route));
}

static char *text_of(const json_t *route)
{
	const char *via = gateway_of(route), *dev = vt_json_str(route, "dev");
	return vt_printf("%s%s%s%s%s metric %lld table %lld",
		vt_json_word(route, "dst", "?"), via ? " via " : "",
		via ? via : "", dev ? " dev " : "", dev ? dev : "",
		metric_of(route), table_of(route));
}

static char *number(long long n)
{
	return n < 0 ? NULL : vt_printf("%lld", n);
}

static void add_number(struct vt_found *f, const char *word, long long n)
{
	vt_net_found(f, word, number(n), (uint64_t)n);
}

static void add_route(const json_t *route, struct vt_found *f)
{
	const json_t *metrics =
		json_array_get(json_object_get(route, "metrics"), 0);
	bool onlink = vt_net_has(json_object_get(route, "flags"), "onlink");
	vt_net_found(f, "present", text_of(route), 1);
	vt_net_found(f, "via", vt_strdup(gateway_of(route)), 0);
	add_number(f, "metric", metric_of(route));
	add_number(f, "table", table_of(route));
	vt_net_found(f, "type",
		vt_strdup(vt_json_word(route, "type", "unicast")), 0);
	vt_net_found(f, "scope",
		vt_strdup(vt_json_word(route, "scope", "global")), 0);
	vt_net_found(f, "on-link", vt_strdup(onlink ? "onlink" : "not onlink"),
		onlink);
	vt_net_found(f, "from", vt_strdup(vt_json_str(route, "prefsrc")), 0);
	add_number(f, "mtu", vt_net_int_of(metrics, "mtu"));
	add_number(f, "congestion-window", vt_net_int_of(metrics, "initcwnd"));
	add_number(f, "advertised-receive-window",
		vt_net_int_of(metrics, "initrwnd"));
}

/* A route of several next hops is one of each. */
static bool has_dev(const json_t *route, const char *ifname)
{
	const char *dev = vt_json_str(route, "dev");
	const json_t *hop;
	size_t i;
	/* of IPv4 they have none, of IPv6 lo */
	static const char *const nowhere[] = {
		"blackhole", "unreachable", "prohibit", "throw", NULL};
	if (!ifname || vt_str_eq(dev, ifname) ||
		vt_str_in(nowhere, vt_json_word(route, "type", "")))
		return true;
	json_array_foreach (json_object_get(route, "nexthops"), i, hop)
		if (vt_str_eq(vt_json_str(hop, "dev"), ifname))
			return true;
	return false;
}

void vt_find_route(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	const struct vt_dev *on = vt_dev_ref(d, "interface");
	const char *ifname = vt_net_ifname(look, on), *why = NULL;
	struct vt_ip want, is;
	const char *to = vt_dev_text(d, "to");
	bool six = to && strchr(to, ':');
	enum vt_net_json fact = six ? VT_NET_ROUTES6 : VT_NET_ROUTES4;
	const json_t *list = vt_net_list(look, fact, &why), *route;
	const json_t *best = NULL;
	size_t i;
	f->see = vt_net_fact_name(fact);
	if (on && !ifname)
		why = "its interface was not found";
	if (why || !to || !vt_ip_parse(to, &want)) {
		vt_found_missing(f, "%s", why ? why : "it has no destination");
		return;
	}
	json_array_foreach (list, i, route)
		if (destination(route, want.family, &is) &&
			vt_ip_same(&want, &is) && want.prefix == is.prefix &&
			has_dev(route, ifname) &&
			(!best || likeness(d, route) > likeness(d, best)))
			best = route;
	if (best)
		add_route(best, f);
	else
		vt_found_missing(f, "no route to %s%s%s", to,
			ifname ? " on " : "", ifname ? ifname : "");
}

/* Whether a server or a router gave it, which the interface asks. */
static bool is_given(const struct vt_dev *d, const json_t *route, int family)
{
	const char *by = vt_json_word(route, "protocol", "");
	return vt_net_allows(d, family) &&
	       (family == 4 || !strcmp(by, "ra") || !strcmp(by, "dhcp"));
}

static bool is_gateway_of(const struct vt_dev *d, const char *via)
{
	VT_AUTO_STRV struct vt_strv list = VT_STRV_INIT;
	vt_str_words(vt_dev_text(d, "gateways"), ", ", &list);
	for (size_t i = 0; i < list.n; i++)
		if (!strcmp(list.v[i], via) || vt_ip_same_text(list.v[i], via))
			return true;
	return false;
}

struct gateways {
	const struct vt_dev *d;
	const char *ifname;
	struct vt_str all;
	bool others;
};

static void see_gateway(
	struct gateways *s, const json_t *route, const json_t *hop, int family)
{
	const char *via = gateway_of(hop);
	if (!vt_str_eq(vt_json_str(hop, "dev"), s->ifname))
		return;
	via = via ? via : "link";
	vt_str_item(&s->all, ", ", via);
	s->others |=
		!is_gateway_of(s->d, via) && !is_given(s->d, route, family);
}

static void see_default(struct gateways *s, const json_t *route, int family)
{
	const json_t *hop;
	struct vt_ip to;
	size_t i;
	if (!destination(route, family, &to) || to.prefix != 0 ||
		table_of(route) != VT_IP_MAIN_TABLE ||
		strcmp(vt_json_word(route, "type", "unicast"), "unicast") != 0)
		return;
	see_gateway(s, route, route, family);
	json_array_foreach (json_object_get(route, "nexthops"), i, hop)
		see_gateway(s, route, hop, family);
}

void vt_find_gateways(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	struct gateways s = {
		.d = d, .ifname = vt_json_word(f->node, "ifname", "")};
	const char *why = NULL;
	const json_t *four = vt_net_list(look, VT_NET_ROUTES4, &why);
	const json_t *six = vt_net_list(look, VT_NET_ROUTES6, &why), *route;
	size_t i;
	json_array_foreach (four, i, route)
		see_default(&s, route, 4);
	json_array_foreach (six, i, route)
		see_default(&s, route, 6);
	f->see = vt_net_fact_name(VT_NET_ROUTES4);
	vt_net_found(f, "gateways",
		vt_strdup(why         ? why
			  : s.all.len ? s.all.s
				      : "none"),
		0)
		->same = !why && !s.others;
	f->see = vt_net_fact_name(VT_NET_LINKS);
	vt_str_free(&s.all);
}

/* A route that DHCP gave: networkd says so, dhclient's is like any other. */
static const json_t *dhcp_route(
	const json_t *list, const char *ifname, bool *told)
{
	const json_t *route, *gateway = NULL;
	size_t i;
	json_array_foreach (list, i, route) {
		const char *by = vt_json_str(route, "protocol");
		if (!vt_str_eq(vt_json_str(route, "dev"), ifname))
			continue;
		*told |= vt_str_eq(by, "dhcp");
		if (vt_str_eq(by, "dhcp") && gateway_of(route))
			return route;
		if (vt_str_eq(vt_json_str(route, "dst"), "default") &&
			!vt_str_eq(by, "static"))
			gateway = route;
	}
	return gateway;
}

void vt_find_dhcp_routes(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	static const struct {
		enum vt_net_json fact;
		const char *metric, *routes;
	} families[] = {{VT_NET_ROUTES4, "dhcp4-metric", "dhcp4-routes"},
		{VT_NET_ROUTES6, "dhcp6-metric", "dhcp6-routes"}};
	const char *ifname = vt_json_word(f->node, "ifname", "");
	for (size_t i = 0; i < VT_COUNT(families); i++) {
		bool told = false;
		const json_t *list = vt_net_list(look, families[i].fact, NULL);
		const json_t *route = dhcp_route(list, ifname, &told);
		if (!vt_dev_field(d, families[i].metric) &&
			!vt_dev_field(d, families[i].routes))
			continue;
		vt_net_found(f, families[i].metric,
			route ? text_of(route) : NULL,
			route ? (uint64_t)metric_of(route) : 0);
		vt_net_found(f, families[i].routes,
			route  ? text_of(route)
			: list ? vt_strdup("no route by DHCP")
			       : NULL,
			route || told);
	}
}
