/* Interfaces in `ip -j -d link`: by MAC, then by name. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "data/json.h"
#include "network/net_likes.h"
#include "network/net_look.h"
#include "network/net_types.h"

static const char *kind_of(const json_t *link)
{
	return vt_json_str(json_object_get(link, "linkinfo"), "info_kind");
}

/* An interface that is made of others has the MAC address of one. */
static bool is_made(const json_t *link)
{
	static const char *const kinds[] = {"bond", "bridge", "vlan", "dummy",
		"macvlan", "macvtap", "ipvlan", "team", "vrf", "tun", NULL};
	const char *kind = kind_of(link);
	return kind && vt_str_in(kinds, kind);
}

static bool is_loopback(const json_t *link)
{
	return vt_net_has(json_object_get(link, "flags"), "LOOPBACK");
}

/* A member of a bond has the bond's address. */
static const char *permanent_mac(const json_t *link)
{
	const char *mac = vt_json_str(link, "permaddr");
	const json_t *slave = json_object_get(
		json_object_get(link, "linkinfo"), "info_slave_data");
	if (!mac)
		mac = vt_json_str(slave, "perm_hwaddr");
	return mac ? mac : vt_json_str(link, "address");
}

/* The driver of an interface, from lines of "eth0 virtio_net"; owned */
static char *driver_of(struct vt_look *look, const char *ifname)
{
	VT_AUTO_STRV struct vt_strv lines = VT_STRV_INIT;
	vt_str_words(vt_net_fact(look, VT_NET_DRIVERS, NULL), "\n", &lines);
	for (size_t i = 0; i < lines.n; i++) {
		const char *space = strchr(lines.v[i], ' ');
		size_t n = space ? (size_t)(space - lines.v[i]) : 0;
		if (n && strlen(ifname) == n && !strncmp(lines.v[i], ifname, n))
			return vt_strdup(space + 1);
	}
	return NULL;
}

static bool has_name(const json_t *link, const char *name)
{
	return vt_str_eq(vt_json_str(link, "ifname"), name) ||
	       vt_net_has(json_object_get(link, "altnames"), name);
}

bool vt_net_matches(
	struct vt_look *look, const struct vt_dev *d, const json_t *link)
{
	const char *mac = vt_dev_text(d, "mac");
	const char *pattern = vt_dev_text(d, "match-name");
	const char *driver = vt_dev_text(d, "driver");
	const char *name = vt_dev_text(d, "name");
	const char *ifname = vt_json_word(link, "ifname", "");
	const char *is = permanent_mac(link);
	if (mac)
		return is && !strcasecmp(mac, is) && !is_made(link);
	if (name)
		return has_name(link, name);
	VT_AUTO_FREE char *has = driver_of(look, ifname);
	/* without any, it is each NIC */
	return !is_made(link) && !is_loopback(link) &&
	       (!pattern || vt_net_glob(pattern, ifname)) &&
	       (!driver || vt_net_glob(driver, has));
}

/* "eth0, eth1": all but lo; owned */
static char *names(const json_t *list)
{
	struct vt_str text = VT_STR_INIT;
	const json_t *link;
	size_t i;
	json_array_foreach (list, i, link)
		if (!is_loopback(link))
			vt_str_item(
				&text, ", ", vt_json_word(link, "ifname", "?"));
	return text.len ? vt_str_take(&text) : vt_strdup("none");
}

/* Whether no NIC is left for an entry that is a pattern. */
static bool is_needless(
	struct vt_look *look, const struct vt_dev *d, const json_t *list)
{
	const json_t *link;
	size_t i;
	if (vt_dev_text(d, "mac") || vt_dev_text(d, "name"))
		return false;
	json_array_foreach (list, i, link) {
		bool taken = is_made(link) || is_loopback(link);
		for (size_t k = 0; k < look->graph->n && !taken; k++)
			taken = vt_dev_is(
					&look->graph->v[k], VT_NET_PHYSICAL) &&
				vt_net_matches(look, &look->graph->v[k], link);
		if (!taken)
			return false;
	}
	return true;
}

static void not_there(struct vt_look *look, const struct vt_dev *d,
	const json_t *list, struct vt_found *f)
{
	if (is_needless(look, d, list)) {
		vt_found_untold(f,
			"no NIC is matched by '%s': each is by "
			"another entry",
			d->id);
		return;
	}
	VT_AUTO_FREE char *there = names(list);
	const char *mac = vt_dev_text(d, "mac");
	const char *name = vt_dev_text(d, "name");
	if (mac)
		vt_found_missing(f,
			"no interface has the MAC address %s; there are: %s",
			mac, there);
	else
		vt_found_missing(f, "no interface '%s'; there are: %s",
			name ? name : d->id, there);
}

static bool is_kind(const struct vt_dev *d, const json_t *link)
{
	static const struct {
		enum vt_net_type type;
		const char *kind;
	} kinds[] = {{VT_NET_BOND, "bond"}, {VT_NET_BRIDGE, "bridge"},
		{VT_NET_VLAN, "vlan"}, {VT_NET_DUMMY, "dummy"}};
	for (size_t i = 0; i < VT_COUNT(kinds); i++)
		if (kinds[i].type == d->type->id)
			return vt_str_eq(kind_of(link), kinds[i].kind);
	return true;
}

/* sysctl of IPv6 of an interface, or -1 */
static long sysctl(struct vt_look *look, const char *ifname, const char *key)
{
	VT_AUTO_STRV struct vt_strv lines = VT_STRV_INIT;
	VT_AUTO_FREE char *want =
		vt_printf("/proc/sys/net/ipv6/conf/%s/%s:", ifname, key);
	long n;
	vt_str_words(vt_net_fact(look, VT_NET_SYSCTL, NULL), "\n", &lines);
	for (size_t i = 0; i < lines.n; i++)
		if (vt_str_starts(lines.v[i], want) &&
			vt_parse_int(lines.v[i] + strlen(want), -1, UINT32_MAX,
				&n, NULL) == 0)
			return n;
	return -1;
}

static char *text_of(long long n)
{
	return n < 0 ? NULL : vt_printf("%lld", n);
}

/* An interface whose name is set has had another one. */
static void add_match(
	const struct vt_dev *d, const json_t *link, struct vt_found *f)
{
	const char *pattern = vt_dev_text(d, "match-name");
	const char *ifname = vt_json_word(link, "ifname", "");
	const json_t *name;
	size_t i;
	if (!pattern)
		return;
	struct vt_found_field *field =
		vt_net_found(f, "match-name", vt_strdup(ifname), 0);
	if (!vt_dev_text(d, "name") || vt_net_glob(pattern, ifname))
		return;
	json_array_foreach (json_object_get(link, "altnames"), i, name)
		if (vt_net_glob(pattern, json_string_value(name))) {
			free(field->value);
			field->value = vt_strdup(json_string_value(name));
			return;
		}
	field->why = vt_strdup("the name that it had before is not recorded");
}

/* Whether the link of a NIC, or of a bond with ports, works, as itself and its
 * bond say. Others may have none: a bridge waits before it forwards. */
static bool works(const struct vt_dev *d, const json_t *link)
{
	const json_t *info = json_object_get(link, "linkinfo");
	const char *mii = vt_json_word(
		json_object_get(info, "info_slave_data"), "mii_status", "UP");
	bool has_link = vt_dev_is(d, VT_NET_PHYSICAL) ||
			(vt_dev_is(d, VT_NET_BOND) && d->n_refs);
	return !has_link ||
	       (!vt_net_has(json_object_get(link, "flags"), "NO-CARRIER") &&
		       !strcmp(mii, "UP"));
}

static void add_link(
	const struct vt_dev *d, const json_t *link, struct vt_found *f)
{
	bool up = vt_net_has(json_object_get(link, "flags"), "UP");
	const char *state = vt_json_word(link, "operstate", "?");
	long long mtu = vt_net_int_of(link, "mtu");
	const char *ifname = vt_json_str(link, "ifname");
	vt_net_found(f, "name", vt_strdup(ifname), 0);
	vt_net_found(f, "mac", vt_strdup(permanent_mac(link)), 0);
	vt_net_found(
		f, "macaddress", vt_strdup(vt_json_str(link, "address")), 0);
	vt_net_found(f, "up",
		vt_printf("%s (state %s)%s", up ? "up" : "not up", state,
			works(d, link) ? "" : ", its link does not work"),
		up && works(d, link));
	vt_net_found(f, "mtu", text_of(mtu), (uint64_t)mtu);
}

/* Whether routers are heeded: by the kernel, or by networkd, which does it
 * itself and then has routes or addresses of them. */
static void add_accept_ra(
	struct vt_look *look, const char *ifname, struct vt_found *f)
{
	long kernel = sysctl(look, ifname, "accept_ra");
	const json_t *list = vt_net_list(look, VT_NET_ROUTES6, NULL), *route;
	bool told = false;
	size_t i;
	json_array_foreach (list, i, route)
		told |= vt_str_eq(vt_json_str(route, "dev"), ifname) &&
			vt_str_eq(vt_json_str(route, "protocol"), "ra");
	vt_net_found(f, "accept-ra",
		kernel < 0 ? NULL
			   : vt_printf("accept_ra %ld, %s", kernel,
				     told ? "routes of a router"
					  : "no route of a router"),
		kernel > 0 || told);
}

static void add_sysctls(
	struct vt_look *look, const char *ifname, struct vt_found *f)
{
	long mtu = sysctl(look, ifname, "mtu");
	long privacy = sysctl(look, ifname, "use_tempaddr");
	vt_net_found(f, "ipv6-mtu", text_of(mtu), (uint64_t)mtu);
	vt_net_found(f, "ipv6-privacy",
		privacy < 0 ? NULL : vt_printf("use_tempaddr %ld", privacy),
		privacy > 0);
	add_accept_ra(look, ifname, f);
}

/* The ids of the members that are there, in the config's order, and the names
 * of others; owned */
static char *members(
	struct vt_look *look, const struct vt_dev *d, const char *ifname)
{
	struct vt_str text = VT_STR_INIT;
	const json_t *list = vt_net_list(look, VT_NET_LINKS, NULL), *link;
	size_t at;
	for (size_t i = 0; i < d->n_refs; i++) {
		link = vt_net_link(look, d->refs[i].used);
		if (vt_str_eq(vt_json_str(link, "master"), ifname))
			vt_str_item(&text, ", ", d->refs[i].used->id);
	}
	json_array_foreach (list, at, link) {
		bool known = !vt_str_eq(vt_json_str(link, "master"), ifname);
		for (size_t i = 0; i < d->n_refs; i++)
			known |= vt_net_link(look, d->refs[i].used) == link;
		if (!known)
			vt_str_item(
				&text, ", ", vt_json_word(link, "ifname", "?"));
	}
	return text.len ? vt_str_take(&text) : vt_strdup("none");
}

static void add_vlan(struct vt_look *look, const struct vt_dev *d,
	const json_t *link, struct vt_found *f)
{
	const struct vt_dev *parent = vt_dev_ref(d, "link");
	const json_t *data =
		json_object_get(json_object_get(link, "linkinfo"), "info_data");
	long long id = vt_net_int_of(data, "id");
	const char *on = vt_json_str(link, "link");
	const char *want = vt_net_ifname(look, parent);
	vt_net_found(f, "id", text_of(id), (uint64_t)id);
	vt_net_found(f, "link",
		vt_strdup(parent && want && vt_str_eq(on, want) ? parent->id
								: on),
		0);
}

/* What is asked of the interface beyond its existence. */
static void add_all(struct vt_look *look, const struct vt_dev *d,
	const json_t *link, struct vt_found *f)
{
	const char *ifname = vt_json_word(link, "ifname", "");
	add_link(d, link, f);
	add_match(d, link, f);
	add_sysctls(look, ifname, f);
	vt_net_found(f, "driver", driver_of(look, ifname), 0);
	vt_find_addresses(look, d, f);
	vt_find_gateways(look, d, f);
	vt_find_dhcp_routes(look, d, f);
	if (vt_dev_is(d, VT_NET_VLAN))
		add_vlan(look, d, link, f);
	if (!vt_dev_is(d, VT_NET_BOND) && !vt_dev_is(d, VT_NET_BRIDGE))
		return;
	vt_net_found(f, "interfaces", members(look, d, ifname), 0);
	vt_find_parameters(look, d, f);
}

void vt_find_interface(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	const char *why = NULL;
	const json_t *list = vt_net_list(look, VT_NET_LINKS, &why);
	const json_t *link = NULL;
	size_t i;
	f->see = vt_net_fact_name(VT_NET_LINKS);
	if (!list) {
		vt_found_missing(f, "%s", why);
		return;
	}
	json_array_foreach (list, i, link)
		if (vt_net_matches(look, d, link))
			break;
	if (i == json_array_size(list)) {
		not_there(look, d, list, f);
		return;
	}
	if (!is_kind(d, link)) {
		vt_found_missing(
			f, "interface '%s' is no %s", d->id, d->type->word);
		return;
	}
	f->node = link;
	f->state = VT_FOUND;
	if (!vt_dev_is(d, VT_NET_OTHER))
		add_all(look, d, link, f);
}
