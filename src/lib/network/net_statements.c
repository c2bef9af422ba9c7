#include "network/net_statements.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "network/net_read.h"
#include "network/net_types.h"

struct walk {
	struct vt_statements *s;
	const struct vt_graph *g;
	const char *none;
};

static int by_node(const void *a, const void *b)
{
	const struct vt_node *x = ((const struct vt_net_saying *)a)->node;
	const struct vt_node *y = ((const struct vt_net_saying *)b)->node;
	return (x > y) - (x < y);
}

/* What the scalar became; of several, what is expected. */
static const struct vt_net_saying *saying(
	const struct vt_graph *g, const struct vt_node *n)
{
	const struct vt_net *net = vt_network_more(g);
	struct vt_net_saying want = {.node = n};
	const struct vt_net_saying *end = net->said + net->n_said;
	const struct vt_net_saying *found =
		net->n_said ? bsearch(&want, net->said, net->n_said,
				      sizeof(want), by_node)
			    : NULL;
	while (found && found > net->said && found[-1].node == n)
		found--;
	for (const struct vt_net_saying *p = found;
		p && p < end && p->node == n; p++) {
		const struct vt_field *f =
			p->d ? vt_dev_field(p->d, p->word) : NULL;
		if (f && f->expected)
			return p;
	}
	return found;
}

static const char *reason(
	const struct walk *w, const struct vt_net_saying *said)
{
	const struct vt_type_key *key =
		said && said->d ? vt_type_key(said->d->type, said->word) : NULL;
	if (w->none)
		return w->none;
	if (said && said->why)
		return said->why;
	if (key && vt_net_is_off(said->d))
		return VT_NET_IS_OFF;
	if (key)
		return key->unseen ? key->unseen : "the value says nothing";
	return w->g->version == 1 ? VT_NOT_USED : "vt does not know this key";
}

static void add_scalar(
	struct walk *w, const char *name, const struct vt_node *n)
{
	const struct vt_net_saying *said = saying(w->g, n);
	const struct vt_field *f =
		said && said->d ? vt_dev_field(said->d, said->word) : NULL;
	struct vt_statement one = {
		.section = "network", .sides = VT_SIDES_FACTS};
	if (!w->none && f && f->expected)
		one.check = vt_statements_own(
			w->s, vt_printf("%s %s %s", said->d->type->word,
				      said->d->id, said->word));
	else
		one.reason = reason(w, said);
	vt_statements_add(w->s, name, n, &one);
}

/* Keys that name other entries. */
static const char *const refs[] = {"interfaces", "bond_interfaces",
	"bridge_interfaces", "link", "vlan_link", NULL};

static void add(struct walk *w, const char *name, const struct vt_node *n)
{
	if (n->kind == VT_SCALAR) {
		add_scalar(w, name, n);
		return;
	}
	for (size_t i = 0; i < n->n; i++) {
		bool map = n->kind == VT_MAP;
		if (map && vt_str_in(refs, n->keys[i]->text))
			continue;
		VT_AUTO_FREE char *item =
			map ? vt_printf("%s%s%s", name,
				      strchr(name, ' ') ? "." : " ",
				      n->keys[i]->text)
			    : vt_printf("%s[%zu]", name, i);
		add(w, item, n->items[i]);
	}
}

/* The keys of an entry: "physical eth0 mtu" */
static void add_entry(struct walk *w, const char *type, const char *id,
	const struct vt_node *entry, const char *const *head)
{
	for (size_t i = 0; entry->kind == VT_MAP && i < entry->n; i++) {
		const char *word = entry->keys[i]->text;
		if (vt_str_in(head, word) || vt_str_in(refs, word))
			continue;
		VT_AUTO_FREE char *name = vt_printf(
			"%s%s%s %s", type, id ? " " : "", id ? id : "", word);
		add(w, name, entry->items[i]);
	}
}

static void add_list(struct walk *w, const struct vt_node *list)
{
	static const char *const head[] = {"id", "type", NULL};
	for (size_t i = 0; list->kind == VT_SEQ && i < list->n; i++) {
		const struct vt_node *entry = list->items[i];
		const char *type = vt_node_text(vt_node_get(entry, "type"));
		add_entry(w, type ? type : "network",
			vt_node_text(vt_node_get(entry, "name")), entry, head);
	}
}

static void add_section(struct walk *w, const struct vt_node *section)
{
	static const char *const head[] = {NULL};
	for (size_t i = 0; section->kind == VT_MAP && i < section->n; i++) {
		const char *id = section->keys[i]->text;
		const struct vt_dev *d = vt_graph_find(w->g, id);
		add_entry(w, d ? d->type->word : "network", id,
			section->items[i], head);
	}
}

void vt_network_statements(struct vt_statements *s, const struct vt_graph *g,
	const struct vt_node *config, const char *none)
{
	const struct vt_node *network = vt_node_get(config, "network");
	struct walk w = {s, g, none};
	for (size_t i = 0; network && network->kind == VT_MAP && i < network->n;
		i++) {
		const char *word = network->keys[i]->text;
		const struct vt_node *n = network->items[i];
		VT_AUTO_FREE char *name = vt_printf("network %s", word);
		if (n->kind == VT_SEQ)
			add_list(&w, n);
		else if (n->kind == VT_MAP && strcmp(word, "openvswitch") != 0)
			add_section(&w, n);
		else if (strcmp(word, "version") != 0 &&
			 strcmp(word, "renderer") != 0)
			add(&w, name, n);
	}
}
