#include "network/net_realise.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "network/net_types.h"

/* An interface that is made is brought up, and so is what others are made of.
 */
static void realise_up(struct vt_graph *g, struct vt_dev *d)
{
	struct vt_field *up = (struct vt_field *)vt_dev_field(d, "up");
	bool made = vt_dev_is(d, VT_NET_BOND) || vt_dev_is(d, VT_NET_BRIDGE) ||
		    vt_dev_is(d, VT_NET_VLAN);
	if (up && vt_net_is_used(d))
		up->n = 1;
	else if (!up && (made || vt_net_is_used(d)))
		vt_dev_derive(g, d, "up", NULL, 1);
}

/* "10.0.2.100/24, 10.0.3.100/24": those that the config gives it. */
static void realise_addresses(struct vt_graph *g, struct vt_dev *d)
{
	struct vt_field *f = (struct vt_field *)vt_dev_field(d, "addresses");
	struct vt_str list = VT_STR_INIT;
	for (size_t i = 0; f && i < d->n_users; i++) {
		const struct vt_dev *a = d->users[i]->user;
		const char *address = vt_dev_text(a, "address");
		const struct vt_field *prefix = vt_dev_field(a, "prefix");
		if (!vt_dev_is(a, VT_NET_ADDRESS))
			continue;
		VT_AUTO_FREE char *one =
			prefix ? vt_printf("%s/%d", address, (int)prefix->n)
			       : vt_strdup(address);
		vt_str_item(&list, ", ", one);
	}
	if (list.len)
		f->text = vt_graph_own(g, vt_str_take(&list));
	vt_str_free(&list);
}

/* The kernel gives a route of IPv6 another metric than 0. */
static void realise_route(struct vt_dev *d)
{
	const char *to = vt_dev_text(d, "to");
	if (to && strchr(to, ':') && !vt_dev_num(d, "metric"))
		vt_dev_expect(d, "metric", false);
}

/* "10.0.2.2": those that the config gives it, or that may be on any. */
static void realise_gateways(struct vt_graph *g, struct vt_dev *d)
{
	VT_AUTO_STR struct vt_str list = VT_STR_INIT;
	if (!vt_dev_field(d, "addresses") || vt_dev_is(d, VT_NET_LOOPBACK))
		return;
	for (size_t i = 0; i < g->n; i++) {
		const struct vt_dev *on = vt_dev_ref(&g->v[i], "interface");
		const char *via = vt_dev_text(&g->v[i], "via");
		if (vt_net_is_default(&g->v[i]) && (!on || on == d))
			vt_str_item(&list, ", ", via ? via : "link");
	}
	vt_dev_derive(
		g, d, "gateways", vt_strdup(list.len ? list.s : "none"), 0);
}

/* What does not ask for addresses must not. A port sends what is its bond's. */
static void realise_dhcp(struct vt_graph *g, struct vt_dev *d)
{
	if (vt_dev_field(d, "addresses") && !vt_dev_field(d, "dhcp4") &&
		!vt_dev_is(d, VT_NET_LOOPBACK) && !vt_net_is_port(d))
		vt_dev_derive(g, d, "dhcp4", NULL, 0);
}

/* What is not brought up has its name, and nothing of what it would get. */
static void realise_off(struct vt_dev *d)
{
	static const char *const kept[] = {
		"name", "mac", "match-name", "driver", "up", NULL};
	for (size_t i = 0; i < d->n_fields; i++)
		if (!vt_net_is_interface(d) ||
			!vt_str_in(kept, d->fields[i].key->word))
			vt_dev_expect(d, d->fields[i].key->word, false);
}

void vt_network_realise(struct vt_graph *g)
{
	for (size_t i = 0; i < g->n; i++) {
		struct vt_dev *d = &g->v[i];
		if (vt_net_is_interface(d) && !vt_dev_is(d, VT_NET_OTHER)) {
			realise_up(g, d);
			realise_addresses(g, d);
			realise_gateways(g, d);
			realise_dhcp(g, d);
		}
		for (size_t k = 0; k < d->n_fields; k++)
			vt_dev_expect(d, d->fields[k].key->word, true);
		if (vt_dev_is(d, VT_NET_ROUTE))
			realise_route(d);
		if (vt_net_is_off(d))
			realise_off(d);
	}
}
