#include "network/net_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "graph/expect.h"
#include "graph/read_entry.h"
#include "network/net_reader.h"

/* An address of digits alone is a number in base 60, which nobody means. */
static int check_addresses(const struct vt_node *n, struct vt_err **err)
{
	const char *text;
	if (n->kind == VT_SCALAR && strchr(n->text, ':') &&
		vt_node_type(n) != VT_TYPE_TIME)
		return vt_node_string_only(n, "an address", &text, err);
	for (size_t i = 0; i < n->n; i++)
		if ((n->keys && check_addresses(n->keys[i], err) < 0) ||
			check_addresses(n->items[i], err) < 0)
			return -1;
	return 0;
}

static size_t count(const struct vt_node *n)
{
	size_t sum = 1;
	for (size_t i = 0; i < n->n; i++)
		sum += count(n->items[i]) + (n->keys != NULL);
	return sum;
}

static int read_version(
	const struct vt_node *section, long *version, struct vt_err **err)
{
	const struct vt_node *n = vt_node_get(section, "version");
	for (size_t i = 0; i < section->n; i++)
		if (strcmp(section->keys[i]->text, "network") == 0)
			return vt_node_err(section->keys[i], err,
				"'network' within 'network': remove one level");
	if (vt_node_is_null(n))
		return vt_node_err(section, err,
			"a network config needs a 'version', 1 or 2");
	return vt_node_int(n, 1, 2, version, err);
}

static void free_net(void *more)
{
	struct vt_net *net = more;
	vt_strv_free(&net->notes);
	free(net->said);
	free(net);
}

/* Each NIC has an address of its own. */
static int check_macs(const struct vt_graph *g, struct vt_err **err)
{
	for (size_t i = 0; i < g->n; i++) {
		const struct vt_field *f = vt_dev_field(&g->v[i], "mac");
		if (!f || !vt_dev_is(&g->v[i], VT_NET_PHYSICAL))
			continue;
		for (size_t k = 0; k < i; k++) {
			const char *mac = vt_dev_text(&g->v[k], "mac");
			if (vt_dev_is(&g->v[k], VT_NET_PHYSICAL) && mac &&
				!strcasecmp(mac, f->text))
				return vt_node_err(f->node, err,
					"'%s' is already the MAC address of "
					"'%s', at line %u: give each NIC its "
					"own",
					f->text, g->v[k].id,
					g->v[k].at->pos.line);
		}
	}
	return 0;
}

static int by_node(const void *a, const void *b)
{
	const struct vt_node *x = ((const struct vt_net_saying *)a)->node;
	const struct vt_node *y = ((const struct vt_net_saying *)b)->node;
	return (x > y) - (x < y);
}

static int read_section(struct vt_net_reader *r, const struct vt_node *section,
	struct vt_err **err)
{
	const struct vt_node *word = vt_node_get(section, "config");
	if (vt_str_eq(vt_node_text(word), "disabled")) {
		r->net->disabled = true;
		struct vt_dev *d = vt_net_new(
			r, VT_NET_CONFIG, vt_strdup("config"), section);
		vt_net_set(r, d, "disabled", NULL, 1, word);
		return 0;
	}
	if (read_version(section, &r->g->version, err) < 0 ||
		check_addresses(section, err) < 0)
		return -1;
	if ((r->g->version == 1 ? vt_net_read_1 : vt_net_read_2)(
		    r, section, err) < 0)
		return -1;
	if (r->g->n)
		vt_net_set(r,
			vt_net_new(
				r, VT_NET_CONFIG, vt_strdup("config"), section),
			"others", "none", 0, NULL);
	return 0;
}

int vt_network_read(
	struct vt_graph *g, const struct vt_node *config, struct vt_err **err)
{
	const struct vt_node *section = vt_node_get(config, "network");
	struct vt_net *net = vt_calloc(1, sizeof(*net));
	struct vt_net_reader r = {g, net, NULL};
	g->types = &vt_net_types;
	g->more = net;
	g->free_more = free_net;
	if (vt_node_is_null(section))
		return vt_entries_reserve(g, config, 0, err);
	if (vt_node_expect(section, VT_MAP, err) < 0)
		return -1;
	net->max = count(section) + 1; /* one is of the section */
	if (vt_entries_reserve(g, section, net->max, err) < 0 ||
		read_section(&r, section, err) < 0 || check_macs(g, err) < 0 ||
		vt_graph_link(g, err) < 0)
		return -1;
	if (net->n_said)
		qsort(net->said, net->n_said, sizeof(*net->said), by_node);
	return 0;
}

int vt_network_read_expected(
	struct vt_graph *g, const struct vt_node *map, struct vt_err **err)
{
	g->types = &vt_net_types;
	return vt_graph_read_expected(g, map, err);
}

const struct vt_net *vt_network_more(const struct vt_graph *g)
{
	return g->more;
}
