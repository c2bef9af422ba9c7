/* What the peer gives to those who ask: leases, router advertisements, names.
 */
#include "base/mem.h"
#include "network/net_types.h"
#include "wired.h"

#define NAME "vt-peer" /* in each search domain */
#define NAME_IS "198.51.100.1"

/* Its address in networks of its own. */
#define OWN4 "10.200.%u.1"
#define OWN6 "fd00:200:%x::1"
enum { MAX_NETS = 255 };

/* Whether the peer has an address already; @near: or the config its network */
static bool is_taken(const struct vt_wired *w, const char *text, bool near)
{
	struct vt_ip ip;
	vt_ip_parse(text, &ip);
	return vt_strv_has(&w->has, text) || (near && vt_wired_is_near(w, &ip));
}

/* The number of the next network that is free; if the config's are so wide that
 * there is none, of one that the peer does not have. */
static unsigned next_net(struct vt_wired *w)
{
	for (int near = 1; near >= 0; near--)
		for (unsigned n = w->n_nets; n < MAX_NETS; n++) {
			VT_AUTO_FREE char *four = vt_printf(OWN4, n);
			VT_AUTO_FREE char *six = vt_printf(OWN6, n);
			if (is_taken(w, four, near) || is_taken(w, six, near))
				continue;
			w->n_nets = n + 1;
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
