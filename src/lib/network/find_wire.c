/* What the machine really sent: the wire's side of interfaces, addresses and
 * routes. The wire shows what was sent, so a statement about which nothing was
 * sent is left to the facts. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "network/net_look.h"
#include "network/net_types.h"
#include "network/traffic.h"

enum { MAX_DEPTH = 16 };

static const char capture[] = "logs/wire.pcapng";

/* Called for a port and the VLAN in which an interface sends there. */
typedef void on_port(void *arg, const struct vt_traffic_port *p, unsigned vlan);

static void walk(const struct vt_traffic *t, const struct vt_dev *d,
	unsigned vlan, unsigned depth, on_port *each, void *arg)
{
	const struct vt_traffic_port *p = vt_dev_is(d, VT_NET_PHYSICAL)
						  ? vt_traffic_port(t, d->id)
						  : NULL;
	if (p)
		each(arg, p, vlan);
	if (depth == MAX_DEPTH)
		return;
	if (vt_dev_is(d, VT_NET_VLAN) && !vlan)
		vlan = (unsigned)vt_dev_num(d, "id");
	for (size_t i = 0; i < d->n_refs; i++)
		if (vt_net_is_interface(d->refs[i].used))
			walk(t, d->refs[i].used, vlan, depth + 1, each, arg);
}

/* What an interface sent by all of its ports. */
struct seen {
	size_t ports;
	uint64_t frames;
	unsigned longest;
	bool dhcp4, dhcp6, router_solicitation;
	bool partly;       /* frames are missing in the capture */
	size_t aggregated; /* ports whose link is in an aggregate */
	const char *alone; /* a port that has no partner */
};

static void see(void *arg, const struct vt_traffic_port *p, unsigned vlan)
{
	struct seen *s = arg;
	const struct vt_traffic_vlan *v = vt_traffic_vlan(p, vlan);
	bool partner = p->lacp.frames && p->lacp.in_sync &&
		       strcmp(p->lacp.partner, "00:00:00:00:00:00") != 0;
	s->ports++;
	s->partly |= p->dropped > 0;
	s->aggregated += partner;
	if (!partner)
		s->alone = p->name;
	if (!v)
		return;
	s->frames += v->frames;
	if (v->longest > s->longest)
		s->longest = v->longest;
	s->dhcp4 |= v->dhcp4;
	s->dhcp6 |= v->dhcp6;
	s->router_solicitation |= v->router_solicitation;
}

static void tell(struct vt_found *f, const char *word, char *value, uint64_t n,
	const char *text)
{
	struct vt_found_field *field = vt_net_found(f, word, value, n);
	free(field->text);
	field->text = vt_strdup(text);
	field->see = capture;
}

static void tell_sent(struct vt_found *f, const char *word, bool sent)
{
	tell(f, word, vt_strdup(sent ? "1" : "0"), sent,
		sent ? "asked for" : "not asked for");
}

static void find_bond(
	const struct vt_dev *d, const struct seen *s, struct vt_found *f)
{
	bool lacp = vt_str_eq(vt_dev_text(d, "mode"), "802.3ad");
	VT_AUTO_FREE char *text =
		s->alone ? vt_printf("no partner answers port %s by LACP",
				   s->alone)
			 : vt_printf("LACP with a partner");
	if (lacp && (!s->alone || !s->partly))
		tell(f, "mode",
			vt_strdup(s->alone ? "without LACP" : "802.3ad"), 0,
			text);
	else if (s->aggregated)
		tell(f, "mode", vt_strdup("802.3ad"), 0, "LACP");
}

static bool has_address(const struct vt_dev *d)
{
	for (size_t i = 0; i < d->n_users; i++)
		if (vt_dev_is(d->users[i]->user, VT_NET_ADDRESS))
			return true;
	return false;
}

/* An interface with an address announces it. */
static void find_vlan(
	const struct vt_dev *d, const struct seen *s, struct vt_found *f)
{
	uint64_t id = vt_dev_num(d, "id");
	VT_AUTO_FREE char *text = vt_printf("%llu frames with the tag %llu",
		(unsigned long long)s->frames, (unsigned long long)id);
	if (s->frames || (has_address(d) && !s->partly))
		tell(f, "id", vt_strdup(s->frames ? "id" : ""),
			s->frames ? id : 0, text);
}

/* Only what is above an MTU is told: shorter packets show nothing. */
static void find_mtu(
	const struct vt_dev *d, const struct seen *s, struct vt_found *f)
{
	VT_AUTO_FREE char *text =
		vt_printf("a packet of %u bytes was sent", s->longest);
	if (vt_dev_field(d, "mtu") && s->longest > vt_dev_num(d, "mtu"))
		tell(f, "mtu", vt_strdup("more"), s->longest, text);
}

/* What a port sends may be its bond's or bridge's. */
static void find_questions(
	const struct vt_dev *d, const struct seen *s, struct vt_found *f)
{
	if (s->dhcp4 || !s->partly)
		tell_sent(f, "dhcp4", s->dhcp4);
	/* router advertisements say whether there is a server */
	if (s->dhcp6 || (!s->partly && !vt_dev_num(d, "dhcp6")))
		tell_sent(f, "dhcp6", s->dhcp6);
	if (s->router_solicitation)
		tell_sent(f, "accept-ra", true);
}

static void find_sender(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	const struct vt_traffic *t = vt_net_traffic(look);
	struct seen s = {0};
	if (!t)
		return;
	walk(t, d, 0, 0, see, &s);
	if (!s.ports)
		return;
	f->state = VT_FOUND;
	f->see = capture;
	if (!vt_net_is_port(d))
		find_questions(d, &s, f);
	if (vt_dev_is(d, VT_NET_BOND))
		find_bond(d, &s, f);
	if (vt_dev_is(d, VT_NET_VLAN))
		find_vlan(d, &s, f);
	find_mtu(d, &s, f);
}

/* Where a port and VLAN are those of an interface. */
struct own {
	const struct vt_traffic_port *port;
	unsigned vlan;
	bool is;
};

static void compare_port(
	void *arg, const struct vt_traffic_port *p, unsigned vlan)
{
	struct own *o = arg;
	o->is |= o->port == p && o->vlan == vlan;
}

static bool is_own(const struct vt_traffic *t, const struct vt_dev *interface,
	const struct vt_traffic_port *p, unsigned vlan)
{
	struct own o = {p, vlan, false};
	walk(t, interface, 0, 0, compare_port, &o);
	return o.is;
}

/* Whether a port is one of the machine's, and not of the peer's. */
static bool is_nic(const struct vt_graph *g, const char *port)
{
	const struct vt_dev *d = vt_graph_find(g, port);
	return d && vt_dev_is(d, VT_NET_PHYSICAL);
}

/* How often an address is in a list of the own interface and of others. */
struct places {
	unsigned own, others;
	char *where; /* of the others, the last */
};

static void free_places(struct places *p)
{
	free(p->where);
}

static struct places find_text(struct vt_look *look,
	const struct vt_dev *interface, const char *text, bool sought)
{
	const struct vt_traffic *t = vt_net_traffic(look);
	struct places at = {0};
	for (size_t i = 0; i < t->n; i++) {
		const struct vt_traffic_port *p = &t->ports[i];
		for (size_t k = 0; k < p->n_vlans; k++) {
			const struct vt_traffic_vlan *v = &p->vlans[k];
			if (!vt_strv_has(sought ? &v->sought : &v->addresses,
				    text) ||
				!is_nic(look->graph, p->name))
				continue;
			if (is_own(t, interface, p, v->id)) {
				at.own++;
				continue;
			}
			at.others++;
			free(at.where);
			at.where = v->id ? vt_printf("port %s, VLAN %u",
						   p->name, v->id)
					 : vt_printf("port %s", p->name);
		}
	}
	return at;
}

/* An address that was sent from, and from nowhere else. */
static void find_source(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	const struct vt_dev *interface = vt_dev_ref(d, "interface");
	const char *address = vt_dev_text(d, "address");
	if (!vt_net_traffic(look) || !interface || !address)
		return;
	__attribute__((cleanup(free_places))) struct places at =
		find_text(look, interface, address, false);
	if (!at.own && !at.others)
		return;
	VT_AUTO_FREE char *text =
		at.others ? vt_printf("it was sent from by %s", at.where)
			  : vt_printf("it was sent from");
	f->state = VT_FOUND;
	f->see = capture;
	tell(f, "present", vt_strdup(at.others ? "" : "1"), !at.others, text);
}

/* A gateway is looked for on the interface of its route. */
static void find_gateway(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	const struct vt_dev *interface = vt_dev_ref(d, "interface");
	const char *via = vt_dev_text(d, "via");
	if (!vt_net_traffic(look) || !interface || !via)
		return;
	__attribute__((cleanup(free_places))) struct places at =
		find_text(look, interface, via, true);
	f->see = capture;
	if (at.own) {
		f->state = VT_FOUND;
		tell(f, "via", vt_strdup(via), 0, via);
	} else if (at.others) {
		VT_AUTO_FREE char *text =
			vt_printf("it was looked for by %s", at.where);
		f->state = VT_FOUND;
		tell(f, "via", vt_strdup("0.0.0.0"), 0, text);
	}
}

void vt_find_on_wire(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	if (vt_dev_is(d, VT_NET_ADDRESS))
		find_source(look, d, f);
	else if (vt_dev_is(d, VT_NET_ROUTE))
		find_gateway(look, d, f);
	else if (vt_net_is_interface(d))
		find_sender(look, d, f);
}
