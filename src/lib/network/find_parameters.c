/* Parameters of bonds and bridges, in `ip -j -d link`. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "data/json.h"
#include "network/net_look.h"
#include "network/net_types.h"

/* What iproute2 calls a parameter. */
static const struct parameter {
	enum vt_net_type type;
	const char *word, *key;
} parameters[] = {
	{VT_NET_BOND, "mode", "mode"},
	{VT_NET_BOND, "miimon", "miimon"},
	{VT_NET_BOND, "updelay", "updelay"},
	{VT_NET_BOND, "downdelay", "downdelay"},
	{VT_NET_BOND, "peer-notif-delay", "peer_notify_delay"},
	{VT_NET_BOND, "arp-interval", "arp_interval"},
	{VT_NET_BOND, "arp-ip-targets", "arp_ip_target"},
	{VT_NET_BOND, "arp-all-targets", "arp_all_targets"},
	{VT_NET_BOND, "primary-reselect", "primary_reselect"},
	{VT_NET_BOND, "fail-over-mac", "fail_over_mac"},
	{VT_NET_BOND, "xmit-hash-policy", "xmit_hash_policy"},
	{VT_NET_BOND, "lacp-rate", "ad_lacp_rate"},
	{VT_NET_BOND, "ad-select", "ad_select"},
	{VT_NET_BOND, "min-links", "min_links"},
	{VT_NET_BOND, "num-peer-notif", "num_peer_notif"},
	{VT_NET_BOND, "resend-igmp", "resend_igmp"},
	{VT_NET_BOND, "lp-interval", "lp_interval"},
	{VT_NET_BOND, "packets-per-slave", "packets_per_slave"},
	{VT_NET_BOND, "all-slaves-active", "all_slaves_active"},
	{VT_NET_BOND, "tlb-dynamic-lb", "tlb_dynamic_lb"},
	{VT_NET_BRIDGE, "stp", "stp_state"},
	{VT_NET_BRIDGE, "priority", "priority"},
	{VT_NET_BRIDGE, "ageing-time", "ageing_time"},
	{VT_NET_BRIDGE, "forward-delay", "forward_delay"},
	{VT_NET_BRIDGE, "hello-time", "hello_time"},
	{VT_NET_BRIDGE, "max-age", "max_age"},
};

static const json_t *info(const json_t *link, const char *what)
{
	return json_object_get(json_object_get(link, "linkinfo"), what);
}

/* A list of texts, a text, a number or a boolean; owned, NULL: none */
static char *text_of(const json_t *value)
{
	struct vt_str text = VT_STR_INIT;
	const json_t *item;
	size_t i;
	if (json_is_string(value))
		return vt_strdup(json_string_value(value));
	if (json_is_integer(value))
		return vt_printf("%lld", (long long)json_integer_value(value));
	if (json_is_boolean(value))
		return vt_printf("%d", json_is_true(value));
	json_array_foreach (value, i, item)
		if (json_is_string(item))
			vt_str_item(&text, ", ", json_string_value(item));
	return text.len ? vt_str_take(&text) : NULL;
}

static void add(
	const json_t *data, const struct parameter *p, struct vt_found *f)
{
	const json_t *value = json_object_get(data, p->key);
	char *text = text_of(value);
	long n = -1;
	if (text)
		(void)vt_parse_int(text, 0, UINT32_MAX, &n, NULL);
	vt_net_found(f, p->word, text, (uint64_t)n);
}

/* iproute2 leaves out what is 0. */
static void add_validate(const json_t *data, struct vt_found *f)
{
	const char *word = vt_json_str(data, "arp_validate");
	vt_net_found(f, "arp-validate", vt_strdup(word ? word : "none"), 0);
}

/* The id of the interface that the bond prefers. */
static void add_primary(struct vt_look *look, const struct vt_dev *d,
	const json_t *data, struct vt_found *f)
{
	const char *name = vt_json_str(data, "primary");
	const char *text = name;
	for (size_t i = 0; name && i < d->n_refs; i++)
		if (vt_str_eq(vt_net_ifname(look, d->refs[i].used), name))
			text = d->refs[i].used->id;
	vt_net_found(f, "primary", vt_strdup(text), 0);
}

/* The link of a port that the config names. */
static const json_t *port(
	struct vt_look *look, const struct vt_dev *bridge, const char *name)
{
	for (size_t i = 0; i < bridge->n_refs; i++)
		if (!strcmp(bridge->refs[i].used->id, name))
			return vt_net_link(look, bridge->refs[i].used);
	return NULL;
}

/* "eth1 50, eth2 75": of the same ports as the config */
static void add_ports(struct vt_look *look, const struct vt_dev *d,
	const char *word, const char *key, struct vt_found *f)
{
	VT_AUTO_STRV struct vt_strv want = VT_STRV_INIT;
	struct vt_str text = VT_STR_INIT;
	const char *asked = vt_dev_text(d, word);
	vt_str_words(asked, ",", &want);
	for (size_t i = 0; i < want.n; i++) {
		VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
		vt_str_words(want.v[i], " ", &words);
		const char *name = words.n ? words.v[0] : "";
		long long n = vt_net_int_of(
			info(port(look, d, name), "info_slave_data"), key);
		VT_AUTO_FREE char *one =
			n < 0 ? vt_printf("%s is no port", name)
			      : vt_printf("%s %lld", name, n);
		vt_str_item(&text, ", ", one);
	}
	if (asked)
		vt_net_found(f, word, vt_strdup(vt_str_c(&text)), 0)->same =
			!strcmp(asked, vt_str_c(&text));
	vt_str_free(&text);
}

void vt_find_parameters(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	const json_t *data = info(f->node, "info_data");
	for (size_t i = 0; i < VT_COUNT(parameters); i++)
		if (parameters[i].type == d->type->id)
			add(data, &parameters[i], f);
	if (vt_dev_is(d, VT_NET_BOND)) {
		add_validate(data, f);
		add_primary(look, d, data, f);
		return;
	}
	add_ports(look, d, "path-cost", "cost", f);
	add_ports(look, d, "port-priority", "priority", f);
}
