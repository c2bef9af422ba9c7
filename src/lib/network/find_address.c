/* Addresses in `ip -j addr`, and what they show of DHCP and of routers. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "data/json.h"
#include "network/ip.h"
#include "network/net_likes.h"
#include "network/net_look.h"
#include "network/net_types.h"

static int family_of(const json_t *a)
{
	return vt_str_eq(vt_json_str(a, "family"), "inet6") ? 6 : 4;
}

bool vt_net_is_global(const json_t *a)
{
	struct vt_ip ip;
	const char *local = vt_json_str(a, "local");
	const char *scope = vt_json_word(a, "scope", "global");
	return local && vt_ip_parse(local, &ip) && strcmp(scope, "host") != 0 &&
	       !vt_ip_is_local(&ip);
}

/* A server or a router gave it, as the kernel or a lease says. */
static bool is_dynamic(struct vt_look *look, const json_t *a)
{
	const char *local = vt_json_word(a, "local", "");
	const char *leases = vt_net_fact(look, VT_NET_LEASES, NULL);
	size_t n = strlen(local);
	if (vt_net_flag(a, "dynamic"))
		return true;
	for (const char *p = n ? strstr(leases, local) : NULL; p;
		p = strstr(p + 1, local))
		if (strchr(" =", p == leases ? ' ' : p[-1]) &&
			strchr(";\n/", p[n]))
			return true;
	return false;
}

static char *text_of(const json_t *a)
{
	return vt_printf("%s/%lld", vt_json_word(a, "local", "?"),
		vt_net_int_of(a, "prefixlen"));
}

/* Whether it is one of a list, with or without prefixes. */
static bool is_listed(const json_t *a, const struct vt_strv *list)
{
	struct vt_ip is, want;
	VT_AUTO_FREE char *text = text_of(a);
	for (size_t i = 0; i < list->n; i++)
		if (vt_ip_parse(text, &is) && vt_ip_parse(list->v[i], &want) &&
			vt_ip_same(&is, &want) &&
			(want.prefix < 0 || want.prefix == is.prefix))
			return true;
	return false;
}

struct seen {
	struct vt_str all, dhcp4, dhcp6, slaac;
	size_t listed, others; /* others: those that nobody asked for */
	bool local6;
};

static void see(struct vt_look *look, const struct vt_dev *d, const json_t *a,
	const struct vt_strv *list, struct seen *s)
{
	VT_AUTO_FREE char *text = text_of(a);
	struct vt_ip ip;
	bool dynamic = is_dynamic(look, a);
	if (family_of(a) == 6 && vt_ip_parse(vt_json_word(a, "local", ""), &ip))
		s->local6 |= vt_ip_is_local(&ip);
	bool listed = is_listed(a, list);
	if (!listed && !vt_net_is_global(a))
		return;
	vt_str_item(&s->all, ", ", text);
	if (listed) {
		s->listed++;
		return;
	}
	s->others += !dynamic || !vt_net_allows(d, family_of(a));
	if (dynamic)
		vt_str_item(family_of(a) == 4 ? &s->dhcp4
			    : vt_net_flag(a, "mngtmpaddr") ||
					    vt_net_flag(a, "temporary")
				    ? &s->slaac
				    : &s->dhcp6,
			", ", text);
}

static void add(struct vt_found *f, const char *word, const struct vt_str *text)
{
	vt_net_found(f, word, vt_strdup(text->len ? text->s : "no address"),
		text->len > 0);
}

/* A fact that is missing is no reason to skip. */
static void add_unknown(struct vt_found *f, const char *why)
{
	static const char *const words[] = {
		"dhcp4", "dhcp6", "slaac", "link-local", "addresses"};
	for (size_t i = 0; i < VT_COUNT(words); i++) {
		struct vt_found_field *field = vt_found_add(f, words[i]);
		field->text = vt_strdup(why);
	}
}

void vt_find_addresses(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	const char *why = NULL;
	const json_t *list = vt_net_addr_info(
		look, vt_json_word(f->node, "ifname", ""), &why);
	VT_AUTO_STRV struct vt_strv want = VT_STRV_INIT;
	const char *text = vt_dev_text(d, "addresses");
	struct seen s = {0};
	const json_t *a;
	size_t i;
	if (why) {
		add_unknown(f, why);
		return;
	}
	if (text && strcmp(text, "none") != 0)
		vt_str_words(text, ", ", &want);
	json_array_foreach (list, i, a)
		see(look, d, a, &want, &s);
	f->see = vt_net_fact_name(VT_NET_ADDRS);
	add(f, "dhcp4", &s.dhcp4);
	add(f, "dhcp6", &s.dhcp6);
	add(f, "slaac", &s.slaac);
	vt_net_found(f, "link-local", vt_strdup(s.local6 ? "ipv6" : "none"), 0);
	vt_net_found(f, "addresses", vt_strdup(s.all.len ? s.all.s : "none"), 0)
		->same = !s.others && s.listed >= want.n;
	f->see = vt_net_fact_name(VT_NET_LINKS);
	vt_str_free(&s.all);
	vt_str_free(&s.dhcp4);
	vt_str_free(&s.dhcp6);
	vt_str_free(&s.slaac);
}

/* iproute2 shows the preferred lifetime of an address that is valid for ever as
 * forever, even if it is deprecated. */
static char *lifetime(const json_t *a)
{
	long long s = vt_net_int_of(a, "preferred_life_time");
	if (s < 0)
		return NULL;
	if (s == 0 || vt_net_flag(a, "deprecated"))
		return vt_strdup("0");
	return s == UINT32_MAX ? vt_strdup("forever") : vt_printf("%lld s", s);
}

/* Why an address that is there is not what a static one is; NULL: it is. One of
 * IPv6 on a link that is down stays tentative. */
static const char *fault(
	struct vt_look *look, const struct vt_dev *d, const json_t *a)
{
	const struct vt_dev *on = vt_dev_ref(d, "interface");
	VT_AUTO_FREE char *preferred = lifetime(a);
	if (vt_net_flag(a, "dadfailed"))
		return "another host has it";
	if (vt_net_flag(a, "tentative") &&
		vt_str_eq(
			vt_json_str(vt_net_link(look, on), "operstate"), "UP"))
		return "tentative";
	if (vt_str_eq(preferred, "0") &&
		!vt_str_eq(vt_dev_text(d, "lifetime"), "0"))
		return "deprecated";
	if (vt_net_flag(a, "dynamic") && !vt_net_allows(on, family_of(a)))
		return "a server gave it";
	return NULL;
}

static void add_address(struct vt_look *look, const struct vt_dev *d,
	const json_t *a, struct vt_found *f)
{
	const char *why = fault(look, d, a);
	VT_AUTO_FREE char *text = text_of(a);
	long long prefix = vt_net_int_of(a, "prefixlen");
	vt_net_found(f, "present",
		vt_printf("%s%s%s", text, why ? ", " : "", why ? why : ""),
		!why);
	vt_net_found(f, "prefix", prefix < 0 ? NULL : vt_printf("%lld", prefix),
		(uint64_t)prefix);
	vt_net_found(f, "label", vt_strdup(vt_json_str(a, "label")), 0);
	vt_net_found(f, "lifetime", lifetime(a), 0);
	vt_net_found(f, "scope", vt_strdup(vt_json_str(a, "scope")), 0);
	vt_net_found(f, "broadcast", vt_strdup(vt_json_str(a, "broadcast")), 0);
	vt_net_found(f, "peer", vt_strdup(vt_json_str(a, "address")), 0);
}

/* That of an interface which is itself missing, or NULL. */
static const char *interface_of(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	const struct vt_dev *on = vt_dev_ref(d, "interface");
	const struct vt_found *found =
		on ? vt_look_at(look, on, VT_SIDE_FACTS) : NULL;
	const char *ifname = vt_net_ifname(look, on);
	if (!ifname)
		vt_found_missing(f, "%s",
			found && found->why ? found->why
					    : "its interface is unknown");
	return ifname;
}

void vt_find_address(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	const char *ifname = interface_of(look, d, f), *why = NULL;
	const json_t *list, *a, *best = NULL;
	VT_AUTO_STR struct vt_str all = VT_STR_INIT;
	size_t i;
	f->see = vt_net_fact_name(VT_NET_ADDRS);
	if (!ifname)
		return;
	list = vt_net_addr_info(look, ifname, &why);
	json_array_foreach (list, i, a) {
		VT_AUTO_FREE char *text = text_of(a);
		bool here = vt_ip_same_text(
			vt_json_str(a, "local"), vt_dev_text(d, "address"));
		vt_str_item(&all, ", ", text);
		if (here &&
			(!best || vt_net_int_of(a, "prefixlen") ==
					  (long long)vt_dev_num(d, "prefix")))
			best = a;
	}
	if (best)
		add_address(look, d, best, f);
	else if (why)
		vt_found_missing(f, "%s", why);
	else
		vt_found_missing(
			f, "%s has %s", ifname, all.len ? all.s : "no address");
}
