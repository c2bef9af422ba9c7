/* What the peer gives to those who ask: leases, router advertisements, names.
 */
#include "base/mem.h"
#include "host/peer.h"
#include "network/net_types.h"
#include "wired.h"

#define NAME "vt-peer" /* in each search domain */
#define NAME_IS "198.51.100.1"

/* Its address in networks of its own. */
#define OWN4 "10.200.%u.1"
#define OWN6 "fd00:200:%x::1"
enum { MAX_NETS = 255 };

/* Whether the config has an address for something else. */
static bool is_taken(const struct vt_wired *w, const struct vt_ip *ip)
{
	VT_AUTO_FREE char *text = vt_ip_address(ip);
	return vt_strv_has(&w->has, text) || vt_wired_is_near(w, ip);
}

/* The number of the next network that is free. */
static unsigned next_net(struct vt_wired *w)
{
	while (w->n_nets < MAX_NETS) {
		struct vt_ip four, six;
		unsigned n = w->n_nets++;
		VT_AUTO_FREE char *own4 = vt_printf(OWN4, n);
		VT_AUTO_FREE char *own6 = vt_printf(OWN6, n);
		vt_ip_parse(own4, &four);
		vt_ip_parse(own6, &six);
		if (!is_taken(w, &four) && !is_taken(w, &six))
			return n;
	}
	return MAX_NETS;
}

/* The network of the lease: a gateway's that the config expects there, or one
 * of our own. */
static void give4(
	struct vt_wired *w, const struct vt_dev *d, const char *end, unsigned n)
{
	struct vt_ip ip;
	VT_AUTO_FREE char *own = vt_printf(OWN4, n);
	vt_ip_parse(own, &ip);
	for (size_t i = 0; i < d->n_users; i++)
		if (vt_wired_is_leased(w, d->users[i]->user, &ip))
			break;
		else
			vt_ip_parse(own, &ip);
	vt_wired_give(w, end, &ip, 24);
	vt_wired_target(w, &ip);
	vt_str_addf(&w->dnsmasq,
		"dhcp-range=%u.%u.%u.100,%u.%u.%u.199,255.255.255.0,1h\n",
		ip.bytes[0], ip.bytes[1], ip.bytes[2], ip.bytes[0], ip.bytes[1],
		ip.bytes[2]);
}

static void give6(
	struct vt_wired *w, const char *end, unsigned n, bool dhcp, bool slaac)
{
	struct vt_ip ip;
	VT_AUTO_FREE char *own = vt_printf(OWN6, n);
	vt_ip_parse(own, &ip);
	vt_wired_give(w, end, &ip, 64);
	vt_wired_target(w, &ip);
	if (dhcp)
		vt_str_addf(&w->dnsmasq,
			"dhcp-range=fd00:200:%x::100,fd00:200:%x::1ff,%s64,"
			"1h\n",
			n, n, slaac ? "slaac," : "");
	else
		vt_str_addf(&w->dnsmasq,
			"dhcp-range=fd00:200:%x::,ra-only,64,1h\n", n);
	vt_str_addf(&w->dnsmasq, "ra-param=%s,high,10\n", end);
}

static void give_names(struct vt_wired *w)
{
	if (w->uplink)
		vt_str_add(&w->dnsmasq, "server=" VT_PEER_OUTSIDE "3\n");
	vt_str_add(&w->dnsmasq,
		"no-resolv\nno-hosts\nno-ping\nenable-ra\nlog-dhcp\n"
		"host-record=" VT_WIRED_NAME "," NAME "," NAME_IS "\n");
	for (size_t i = 0; i < w->g->n; i++) {
		const struct vt_dev *d = &w->g->v[i];
		VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
		if (!vt_dev_is(d, VT_NET_NAMESERVERS) ||
			!vt_dev_text(d, "search"))
			continue;
		vt_str_words(vt_dev_text(d, "search"), ", ", &words);
		for (size_t k = 0; k < words.n; k++)
			vt_str_addf(&w->dnsmasq,
				"host-record=" NAME ".%s," NAME_IS "\n",
				words.v[k]);
	}
}

void vt_wired_dhcp(struct vt_wired *w)
{
	give_names(w);
	for (size_t i = 0; i < w->g->n; i++) {
		const struct vt_dev *d = &w->g->v[i];
		bool dhcp4 = vt_dev_num(d, "dhcp4"),
		     dhcp6 = vt_dev_num(d, "dhcp6"),
		     slaac = vt_dev_num(d, "slaac") ||
			     vt_dev_num(d, "accept-ra");
		if (!vt_net_is_interface(d) || vt_net_is_off(d) ||
			(!dhcp4 && !dhcp6 && !slaac))
			continue;
		const char *end = vt_wired_end(w, d);
		unsigned n = end ? next_net(w) : MAX_NETS;
		if (n == MAX_NETS)
			continue;
		if (dhcp4)
			give4(w, d, end, n);
		if (dhcp6 || slaac)
			give6(w, end, n, dhcp6, slaac);
		w->dns |= dhcp4;
	}
}
