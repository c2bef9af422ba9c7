#include "network_parts.h"

#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"

const char *net_name(const struct vt_dev *d)
{
	const char *name = vt_dev_text(d, "name");
	return vt_dev_is(d, VT_NET_LOOPBACK) && !name ? "lo" : name;
}

bool net_has(const struct vt_dev *d, const char *word)
{
	return vt_dev_field(d, word) != NULL;
}

bool net_is_made(const struct vt_dev *d)
{
	return vt_dev_is(d, VT_NET_BOND) || vt_dev_is(d, VT_NET_BRIDGE) ||
	       vt_dev_is(d, VT_NET_VLAN) || vt_dev_is(d, VT_NET_DUMMY);
}

bool net_is_reference(const struct vt_dev *d)
{
	for (size_t i = 0; vt_dev_is(d, VT_NET_OTHER) && i < d->n_users; i++)
		if (d->users[i]->node == d->at)
			return true;
	return false;
}

const struct vt_dev *net_master(const struct vt_dev *d)
{
	for (size_t i = 0; i < d->n_users; i++) {
		const struct vt_dev *user = d->users[i]->user;
		if (vt_dev_is(user, VT_NET_BOND) ||
			vt_dev_is(user, VT_NET_BRIDGE))
			return user;
	}
	return NULL;
}

bool net_starts(const struct vt_dev *d)
{
	const struct vt_field *up = vt_dev_field(d, "up");
	return !up || up->n;
}

bool net_reaches(const struct vt_dev *d, const char *address)
{
	struct vt_ip want;
	if (!address || !vt_ip_parse(address, &want))
		return false;
	for (size_t i = 0; i < d->n_users; i++) {
		const struct vt_dev *a = d->users[i]->user;
		struct vt_ip has;
		if (!vt_dev_is(a, VT_NET_ADDRESS) || !net_has(a, "prefix") ||
			!vt_ip_parse(vt_dev_text(a, "address"), &has))
			continue;
		has.prefix = (int)vt_dev_num(a, "prefix");
		if (vt_ip_contains(&has, &want))
			return true;
	}
	return false;
}

const struct vt_dev *net_route_dev(
	const struct vt_graph *g, const struct vt_dev *route)
{
	const struct vt_dev *d = vt_dev_ref(route, "interface");
	for (size_t i = 0; i < g->n && !d; i++)
		if (vt_net_is_interface(&g->v[i]) &&
			net_reaches(&g->v[i], vt_dev_text(route, "via")))
			d = &g->v[i];
	return d;
}

bool net_is_of(const struct vt_graph *g, const struct vt_dev *part,
	enum vt_net_type type, const struct vt_dev *d)
{
	if (!vt_dev_is(part, type))
		return false;
	return type == VT_NET_ROUTE ? net_route_dev(g, part) == d
				    : vt_dev_ref(part, "interface") == d;
}

bool net_is_onlink(const struct vt_graph *g, const struct vt_dev *route,
	const struct vt_dev *d)
{
	const char *via = vt_dev_text(route, "via");
	struct vt_ip ip;
	if (vt_dev_num(route, "on-link"))
		return true;
	return g->version == 1 && via && vt_ip_parse(via, &ip) &&
	       !vt_ip_is_local(&ip) && !net_reaches(d, via) &&
	       !vt_dev_num(d, "dhcp4");
}

int net_family(const struct vt_dev *part)
{
	static const char *const words[] = {"address", "to", "from", NULL};
	for (const char *const *w = words; *w; w++) {
		const char *text = vt_dev_text(part, *w);
		if (text)
			return strchr(text, ':') ? 6 : 4;
	}
	return 4;
}

uint64_t net_mtu(const struct vt_dev *d)
{
	enum { USUAL = 1500 };
	uint64_t six = vt_dev_num(d, "ipv6-mtu");
	if (net_has(d, "mtu"))
		return vt_dev_num(d, "mtu");
	return six > USUAL ? six : 0;
}

long net_port_number(
	const struct vt_dev *bridge, const char *word, const char *port)
{
	VT_AUTO_STRV struct vt_strv all = VT_STRV_INIT;
	vt_str_words(vt_dev_text(bridge, word), ",", &all);
	for (size_t i = 0; i < all.n; i++) {
		VT_AUTO_STRV struct vt_strv one = VT_STRV_INIT;
		long n;
		vt_str_words(all.v[i], " ", &one);
		if (one.n == 2 && !strcmp(one.v[0], port) &&
			vt_parse_int(one.v[1], 0, UINT32_MAX, &n, NULL) == 0)
			return n;
	}
	return -1;
}

int net_write(const char *root, const char *path, const char *text, int mode,
	struct vt_err **err)
{
	VT_AUTO_FREE char *whole = vt_printf("%s%s", root, path);
	VT_AUTO_FREE char *dir = vt_strdup(whole);
	*strrchr(dir, '/') = '\0';
	if (vt_fs_mkdirs(dir, 0755, err) < 0)
		return -1;
	return vt_fs_write(whole, text, strlen(text), (unsigned)mode, err);
}

bool net_exists(const char *root, const char *path)
{
	VT_AUTO_FREE char *whole = vt_printf("%s%s", root, path);
	return vt_fs_exists(whole);
}
