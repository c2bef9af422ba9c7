/* Addresses, routes and name servers of an interface. */
#include <string.h>

#include "base/mem.h"
#include "network/ip.h"
#include "network/net_reader.h"

static int not_a_mask(
	const struct vt_node *mask, const char *text, struct vt_err **err)
{
	return vt_node_err(mask, err,
		"'%s' is neither a netmask nor the length of a prefix", text);
}

/* Add the netmask that a config has beside an address. */
static int add_mask(
	struct vt_ip *ip, const struct vt_node *mask, struct vt_err **err)
{
	const char *text;
	if (!mask || vt_node_is_null(mask))
		return 0;
	if (vt_node_str(mask, &text, err) < 0)
		return -1;
	int length = vt_ip_mask(text, ip->family);
	if (length < 0)
		return not_a_mask(mask, text, err);
	if (ip->prefix < 0)
		ip->prefix = length;
	return 0;
}

static char *named(const struct vt_net_reader *r, const char *what)
{
	return r->d ? vt_printf("%s %s", r->d->id, what) : vt_strdup(what);
}

struct vt_dev *vt_net_address(struct vt_net_reader *r, const struct vt_node *n,
	const char *text, const struct vt_node *mask, struct vt_err **err)
{
	struct vt_ip ip;
	if (!vt_ip_parse(text, &ip)) {
		vt_node_err(n, err, "'%s' is not an IP address", text);
		return NULL;
	}
	if (add_mask(&ip, mask, err) < 0)
		return NULL;
	VT_AUTO_FREE char *whole = vt_ip_text(&ip);
	VT_AUTO_FREE char *id = named(r, whole);
	struct vt_dev *d = vt_graph_find(r->g, id);
	if (!vt_dev_is(d, VT_NET_ADDRESS)) {
		d = vt_net_new(r, VT_NET_ADDRESS, vt_strdup(id), n);
		vt_net_ref(d, "interface", r->d, n);
		vt_net_set(r, d, "address",
			vt_graph_own(r->g, vt_ip_address(&ip)), 0, NULL);
	}
	vt_net_set(r, d, "present", NULL, 1, n);
	if (ip.prefix >= 0)
		vt_net_set(r, d, "prefix", NULL, (uint64_t)ip.prefix, mask);
	return d;
}

/* The destination, whose family a default route has from its gateway. */
static int read_destination(struct vt_ip *ip, const struct vt_node *to,
	const char *text, const struct vt_node *mask, const struct vt_node *via,
	struct vt_err **err)
{
	struct vt_ip gateway = {.family = 4};
	if (via && vt_node_text(via) && !vt_ip_parse(via->text, &gateway))
		return vt_node_err(
			via, err, "'%s' is not an IP address", via->text);
	if (!strcmp(text, "default")) {
		*ip = (struct vt_ip){.family = gateway.family};
		return 0;
	}
	if (!vt_ip_parse(text, ip))
		return vt_node_err(to, err, "'%s' is not an IP network", text);
	if (add_mask(ip, mask, err) < 0)
		return -1;
	static const struct vt_ip any;
	if (ip->prefix < 0)
		ip->prefix = memcmp(ip->bytes, any.bytes, sizeof(any.bytes))
				     ? vt_ip_bits(ip)
				     : 0;
	vt_ip_network(ip);
	return 0;
}

struct vt_dev *vt_net_route(struct vt_net_reader *r, const struct vt_node *at,
	const struct vt_node *to, const char *text, const struct vt_node *mask,
	const struct vt_node *via, struct vt_err **err)
{
	struct vt_ip ip;
	if (read_destination(&ip, to, text, mask, via, err) < 0)
		return NULL;
	VT_AUTO_FREE char *whole = vt_ip_text(&ip);
	VT_AUTO_FREE char *id =
		named(r, ip.prefix == 0 && ip.family == 4 ? "default" : whole);
	const struct vt_dev *taken = vt_graph_find(r->g, id);
	const char *gateway = vt_node_text(via);
	struct vt_dev *d = vt_net_new(r, VT_NET_ROUTE,
		taken && gateway ? vt_printf("%s via %s", id, gateway)
				 : vt_strdup(id),
		at);
	if (r->d)
		vt_net_ref(d, "interface", r->d, at);
	vt_net_set(r, d, "to", vt_graph_own(r->g, vt_strdup(whole)), 0, NULL);
	vt_net_set(r, d, "present", NULL, 1, to);
	vt_net_said(r, mask, d, "present");
	if (gateway)
		vt_net_set(r, d, "via", gateway, 0, via);
	return d;
}

static struct vt_dev *nameservers(
	struct vt_net_reader *r, const struct vt_node *at)
{
	VT_AUTO_FREE char *id =
		r->d ? vt_printf("of %s", r->d->id) : vt_strdup("global");
	struct vt_dev *d = vt_graph_find(r->g, id);
	if (vt_dev_is(d, VT_NET_NAMESERVERS))
		return d;
	d = vt_net_new(r, VT_NET_NAMESERVERS, vt_strdup(id), at);
	if (r->d)
		vt_net_ref(d, "interface", r->d, at);
	return d;
}

/* @first: of a list, which begins after two spaces */
static void add_word(struct vt_net_reader *r, const char *word,
	const char *text, bool first, const struct vt_node *node)
{
	struct vt_dev *d = nameservers(r, node);
	struct vt_field *f = (struct vt_field *)vt_dev_field(d, word);
	if (f)
		f->text = vt_graph_own(r->g,
			vt_printf("%s,%s %s", f->text, first ? " " : "", text));
	vt_net_set(r, d, word, vt_graph_own(r->g, vt_strdup(text)), 0, node);
}

/* A text may have several words, as in /etc/network/interfaces. */
int vt_net_dns(struct vt_net_reader *r, const char *word,
	const struct vt_node *n, struct vt_err **err)
{
	size_t count = n->kind == VT_SEQ ? n->n : 1;
	for (size_t i = 0; i < count; i++) {
		const struct vt_node *item =
			n->kind == VT_SEQ ? n->items[i] : n;
		VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
		const char *text;
		if (vt_node_string_only(item, word, &text, err) < 0)
			return -1;
		vt_str_words(text, " ", &words);
		for (size_t k = 0; k < words.n; k++) {
			struct vt_ip ip;
			if (!strcmp(word, "addresses") &&
				!vt_ip_parse(words.v[k], &ip))
				return vt_node_err(item, err,
					"'%s' is not an IP address",
					words.v[k]);
			add_word(r, word, words.v[k], i + k == 0, item);
		}
	}
	return 0;
}
