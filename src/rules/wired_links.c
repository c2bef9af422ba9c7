/* Segments of the wire, and the peer's ends of them. */
#include <string.h>

#include "base/mem.h"
#include "network/net_types.h"
#include "wired.h"

/* The entry that `d` is a part of in this type, or NULL. */
static const struct vt_dev *part_of(
	const struct vt_dev *d, enum vt_net_type type)
{
	for (size_t i = 0; i < d->n_users; i++)
		if (vt_dev_is(d->users[i]->user, type))
			return d->users[i]->user;
	return NULL;
}

static bool is_lacp(const struct vt_dev *bond)
{
	return vt_str_eq(vt_dev_text(bond, "mode"), "802.3ad");
}

/* DHCP of IPv4 on NICs is what user networking has. */
static bool is_plain(const struct vt_dev *d)
{
	return vt_dev_is(d, VT_NET_PHYSICAL) && !vt_dev_num(d, "dhcp6") &&
	       !vt_dev_num(d, "slaac") && !vt_dev_num(d, "accept-ra") &&
	       !vt_dev_num(d, "mtu");
}

bool vt_wired_needed(const struct vt_graph *g)
{
	for (size_t i = 0; i < g->n; i++) {
		const struct vt_dev *d = &g->v[i];
		const struct vt_dev *of = vt_dev_ref(d, "interface");
		bool idle = vt_dev_is(d, VT_NET_LOOPBACK) ||
			    vt_dev_is(d, VT_NET_OTHER) ||
			    vt_dev_is(d, VT_NET_NAMESERVERS) ||
			    vt_dev_is(d, VT_NET_CONFIG);
		if (!idle && !is_plain(d) &&
			!(of && vt_dev_is(of, VT_NET_LOOPBACK)))
			return true;
	}
	return false;
}

void vt_wired_segments(struct vt_wired *w)
{
	for (size_t i = 0; i < w->g->n; i++) {
		const struct vt_dev *d = &w->g->v[i];
		if (!vt_dev_is(d, VT_NET_PHYSICAL))
			continue;
		const struct vt_dev *bond = part_of(d, VT_NET_BOND);
		bool shared = bond && !is_lacp(bond);
		const char *name = shared ? bond->id : d->id;
		if (vt_str_valid_name(name))
			vt_strv_add(&w->segments, name);
		else
			vt_strv_addf(&w->segments, "segment%zu", i);
	}
}

/* The segment of a NIC. */
static const char *segment_of(
	const struct vt_wired *w, const struct vt_dev *nic)
{
	size_t n = 0;
	for (const struct vt_dev *d = w->g->v; d < nic; d++)
		n += vt_dev_is(d, VT_NET_PHYSICAL);
	return w->segments.v[n];
}

static char *add_nic(struct vt_wired *w, const char *segment)
{
	size_t n = w->nics.n;
	for (size_t i = 0; i < n; i++)
		if (!strcmp(w->nics.v[i], segment))
			return vt_printf("n%zu", i);
	vt_strv_add(&w->nics, segment);
	if (w->mtu > 1500)
		vt_str_addf(&w->links, "link set n%zu mtu %llu\n", n,
			(unsigned long long)w->mtu);
	vt_str_addf(&w->links, "link set n%zu up\n", n);
	return vt_printf("n%zu", n);
}

/* The other end of an aggregated link is aggregated, too. */
static char *add_bond(struct vt_wired *w, const struct vt_dev *bond)
{
	char *name = vt_printf("b%u", w->n_made++);
	vt_str_addf(&w->links,
		"link add %s type bond mode 802.3ad miimon 100 lacp_rate "
		"fast\n",
		name);
	for (size_t i = 0; i < bond->n_refs; i++) {
		const struct vt_dev *port = bond->refs[i].used;
		if (!vt_dev_is(port, VT_NET_PHYSICAL))
			continue;
		VT_AUTO_FREE char *nic = add_nic(w, segment_of(w, port));
		vt_str_addf(&w->links,
			"link set %s down\nlink set %s master %s\n", nic, nic,
			name);
	}
	vt_str_addf(&w->links, "link set %s up\n", name);
	return name;
}

static char *add_vlan(struct vt_wired *w, const struct vt_dev *vlan)
{
	const struct vt_dev *link = vt_dev_ref(vlan, "link");
	const char *on = link ? vt_wired_end(w, link) : NULL;
	if (!on)
		return NULL;
	char *name = vt_printf("v%u", w->n_made++);
	vt_str_addf(&w->links,
		"link add link %s name %s type vlan id %u\nlink set %s up\n",
		on, name, (unsigned)vt_dev_num(vlan, "id"), name);
	return name;
}

/* Of the interfaces that a bond or a bridge is made of, the first that leads
 * somewhere. */
static char *add_port(struct vt_wired *w, const struct vt_dev *d)
{
	for (size_t i = 0; i < d->n_refs; i++) {
		const char *end = vt_wired_end(w, d->refs[i].used);
		if (end)
			return vt_strdup(end);
	}
	return NULL;
}

static char *add_end(struct vt_wired *w, const struct vt_dev *d)
{
	switch ((enum vt_net_type)d->type->id) {
	case VT_NET_PHYSICAL:
		return add_nic(w, segment_of(w, d));
	case VT_NET_VLAN:
		return add_vlan(w, d);
	case VT_NET_BOND:
		return is_lacp(d) ? add_bond(w, d) : add_port(w, d);
	case VT_NET_BRIDGE:
		return add_port(w, d);
	default:
		return NULL;
	}
}

const char *vt_wired_end(struct vt_wired *w, const struct vt_dev *d)
{
	char **end = &w->ends[d - w->g->v];
	if (!*end)
		*end = add_end(w, d);
	return *end;
}
