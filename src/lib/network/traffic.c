#include "network/traffic.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "network/frame.h"
#include "network/pcapng_read.h"

enum {
	IP6 = 16,
	VID_MASK = 0xfff, /* without the kind of tag */
	/* EtherTypes; those up to MAX_LENGTH are lengths of 802.3 frames */
	MAX_LENGTH = 1500,
	TYPE_IP4 = 0x0800,
	TYPE_ARP = 0x0806,
	TYPE_VLAN = 0x8100,
	TYPE_IP6 = 0x86dd,
	TYPE_SLOW = 0x8809,
	TYPE_QINQ = 0x88a8,
	LACP = 1, /* subtype of TYPE_SLOW */
	PROTO_UDP = 17,
	PROTO_ICMP6 = 58,
	DNS = 53,
	DHCP4_SERVER = 67,
	DHCP4_CLIENT = 68,
	DHCP6_CLIENT = 546,
	DHCP6_SERVER = 547,
	ROUTER_SOLICITATION = 133,
	ROUTER_ADVERTISEMENT = 134,
	NEIGHBOUR_SOLICITATION = 135,
	NEIGHBOUR_ADVERTISEMENT = 136,
};

/* What is left of a frame. */
struct rest {
	const uint8_t *p;
	size_t n;
};

/* Take `n` bytes; NULL if there are fewer. */
static const uint8_t *take(struct rest *r, size_t n)
{
	const uint8_t *p = r->p;
	if (r->n < n)
		return NULL;
	r->p += n;
	r->n -= n;
	return p;
}

static unsigned be16(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

static void add(struct vt_strv *list, const char *text)
{
	if (list->n >= VT_TRAFFIC_MAX)
		return;
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->v[i], text) == 0)
			return;
	vt_strv_add(list, text);
}

static void mac_text(char out[18], const uint8_t *m)
{
	snprintf(out, 18, "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2],
		m[3], m[4], m[5]);
}

/* The unspecified address is that of a client without one. */
static void add_address(struct vt_strv *list, int family, const uint8_t *a)
{
	static const uint8_t none[IP6];
	char text[INET6_ADDRSTRLEN];
	if (memcmp(a, none, family == AF_INET ? 4 : IP6) != 0 &&
		inet_ntop(family, a, text, sizeof(text)))
		add(list, text);
}

static void see_udp(struct vt_traffic_vlan *v, struct rest r)
{
	const uint8_t *h = take(&r, 8);
	if (!h)
		return;
	unsigned from = be16(h), to = be16(h + 2);
	v->dhcp4 |= to == DHCP4_SERVER && from == DHCP4_CLIENT;
	v->dhcp4_server |= from == DHCP4_SERVER && to == DHCP4_CLIENT;
	v->dhcp6 |= to == DHCP6_SERVER && from == DHCP6_CLIENT;
	v->dhcp6_server |= from == DHCP6_SERVER && to == DHCP6_CLIENT;
	v->dns |= to == DNS;
}

static void see_ip4(struct vt_traffic_vlan *v, struct rest r)
{
	const uint8_t *h = take(&r, 20);
	if (!h || h[0] >> 4 != 4 || (h[0] & 15) < 5 ||
		!take(&r, (h[0] & 15) * 4u - 20))
		return;
	add_address(&v->addresses, AF_INET, h + 12);
	/* only the first fragment has ports */
	if (h[9] == PROTO_UDP && !(be16(h + 6) & 0x1fff))
		see_udp(v, r);
}

/* Source: RFC 4861. An address that is being checked for duplicates is sought
 * from the unspecified address. */
static void see_icmp6(struct vt_traffic_vlan *v, struct rest r)
{
	const uint8_t *h = take(&r, 8);
	if (!h)
		return;
	v->router_solicitation |= h[0] == ROUTER_SOLICITATION;
	v->router_advertisement |= h[0] == ROUTER_ADVERTISEMENT;
	if (h[0] != NEIGHBOUR_SOLICITATION && h[0] != NEIGHBOUR_ADVERTISEMENT)
		return;
	const uint8_t *target = take(&r, IP6);
	if (target)
		add_address(h[0] == NEIGHBOUR_SOLICITATION ? &v->sought
							   : &v->addresses,
			AF_INET6, target);
}

static void see_ip6(struct vt_traffic_vlan *v, struct rest r)
{
	const uint8_t *h = take(&r, 40);
	if (!h || h[0] >> 4 != 6)
		return;
	add_address(&v->addresses, AF_INET6, h + 8);
	/* a report to routers of multicast groups has an option before it */
	if (h[6] == PROTO_UDP)
		see_udp(v, r);
	else if (h[6] == PROTO_ICMP6)
		see_icmp6(v, r);
}

/* Source: RFC 826, for Ethernet and IPv4. */
static void see_arp(struct vt_traffic_vlan *v, struct rest r)
{
	const uint8_t *h = take(&r, 28);
	if (!h || be16(h) != 1 || be16(h + 2) != TYPE_IP4 ||
		h[4] != VT_MAC_LEN || h[5] != 4)
		return;
	add_address(&v->addresses, AF_INET, h + 14);
	/* an announcement asks for the own address */
	if (be16(h + 6) == 1 && memcmp(h + 14, h + 24, 4) != 0)
		add_address(&v->sought, AF_INET, h + 24);
}

/* Source: IEEE 802.1AX-2014, 6.4.2.3 */
static void see_lacp(struct vt_traffic_lacp *l, struct rest r)
{
	const uint8_t *p = take(&r, 42);
	if (!p || p[0] != LACP || p[2] != 1 || p[3] != 20 || p[22] != 2 ||
		p[23] != 20)
		return;
	unsigned state = p[18];
	l->frames++;
	mac_text(l->actor, p + 6);
	mac_text(l->partner, p + 26);
	l->fast = state & 2;
	l->in_sync = state & 8;
	l->collecting = state & 16;
	l->distributing = state & 32;
}

static struct vt_traffic_vlan *vlan_of(struct vt_traffic_port *p, unsigned id)
{
	for (size_t i = 0; i < p->n_vlans; i++)
		if (p->vlans[i].id == id)
			return &p->vlans[i];
	if (p->n_vlans == VT_TRAFFIC_MAX)
		return NULL;
	p->vlans = vt_realloc(p->vlans, p->n_vlans + 1, sizeof(*p->vlans));
	p->vlans[p->n_vlans] = (struct vt_traffic_vlan){.id = id};
	return &p->vlans[p->n_vlans++];
}

static void see_payload(struct vt_traffic_vlan *v, int type, struct rest r)
{
	switch (type) {
	case TYPE_IP4:
		see_ip4(v, r);
		break;
	case TYPE_IP6:
		see_ip6(v, r);
		break;
	case TYPE_ARP:
		see_arp(v, r);
		break;
	default:
		break;
	}
}

void vt_traffic_frame(struct vt_traffic_port *p, const uint8_t *data,
	size_t len, size_t wire_len)
{
	static const uint8_t bridges[VT_MAC_LEN] = {0x01, 0x80, 0xc2};
	struct vt_frame f;
	char from[18];
	p->frames++;
	/* behind two tags another one is no payload */
	if (vt_frame_read(&f, data, len) != VT_FRAME_OK ||
		f.type == TYPE_VLAN || f.type == TYPE_QINQ)
		return;
	struct rest r = {data + f.header, len - f.header};
	if (f.type == TYPE_SLOW) {
		see_lacp(&p->lacp, r);
		return;
	}
	if (f.type <= MAX_LENGTH) {
		p->stp += memcmp(f.dst, bridges, VT_MAC_LEN) == 0;
		return;
	}
	struct vt_traffic_vlan *v = vlan_of(p, f.vlan & VID_MASK);
	if (!v)
		return;
	size_t payload = wire_len - f.header;
	v->frames++;
	if (payload > v->longest)
		v->longest = (unsigned)payload;
	mac_text(from, f.src);
	add(&v->macs, from);
	see_payload(v, f.type, r);
}

static void add_ports(struct vt_traffic *t, const struct vt_pcapng_in *in)
{
	for (; t->n < in->n_ports; t->n++) {
		t->ports = vt_realloc(t->ports, t->n + 1, sizeof(*t->ports));
		t->ports[t->n] = (struct vt_traffic_port){
			.name = vt_strdup(in->ports[t->n].name)};
	}
}

int vt_traffic_read(struct vt_traffic *t, const char *path, struct vt_err **err)
{
	VT_AUTO_PCAPNG struct vt_pcapng_in in = {.fd = -1};
	struct vt_pcapng_packet f;
	int rc = vt_pcapng_open(&in, path, err);
	if (rc < 0)
		return -1;
	while ((rc = vt_pcapng_next(&in, &f, err)) > 0) {
		add_ports(t, &in);
		vt_traffic_frame(&t->ports[f.port], f.data, f.len, f.wire_len);
	}
	add_ports(t, &in);
	for (size_t i = 0; i < t->n; i++)
		t->ports[i].dropped = in.ports[i].dropped;
	t->cut = in.cut;
	return rc < 0 ? vt_err_wrap(err, "%s", path) : 0;
}

void vt_traffic_free(struct vt_traffic *t)
{
	for (size_t i = 0; i < t->n; i++) {
		struct vt_traffic_port *p = &t->ports[i];
		for (size_t v = 0; v < p->n_vlans; v++) {
			vt_strv_free(&p->vlans[v].macs);
			vt_strv_free(&p->vlans[v].addresses);
			vt_strv_free(&p->vlans[v].sought);
		}
		free(p->vlans);
		free(p->name);
	}
	free(t->ports);
	*t = (struct vt_traffic){0};
}

const struct vt_traffic_port *vt_traffic_port(
	const struct vt_traffic *t, const char *name)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->ports[i].name, name) == 0)
			return &t->ports[i];
	return NULL;
}

const struct vt_traffic_vlan *vt_traffic_vlan(
	const struct vt_traffic_port *p, unsigned id)
{
	for (size_t i = 0; i < p->n_vlans; i++)
		if (p->vlans[i].id == id)
			return &p->vlans[i];
	return NULL;
}
