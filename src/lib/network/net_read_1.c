/* Version 1: a list of entries that say their type. */
#include <string.h>

#include "base/mem.h"
#include "base/near.h"
#include "base/str.h"
#include "network/net_reader.h"

/* Entries */

/* Parameters of an interface that is neither a bond nor a bridge. curtin writes
 * them to /etc/network/interfaces. */
#define PARAMS                                                                 \
	KEY("params", MAP,                                                     \
		.why = "curtin hands it on to ifupdown as it is, and what "    \
		       "that does with it is not known")
#define DEVICE(mac)                                                            \
	NEEDED("name", STRING), KEY("mac_address", MAC, .to = mac),            \
		KEY("mtu", INT, .to = "mtu"),                                  \
		KEY("accept-ra", BOOL, .to = "accept-ra"),                     \
		KEY("subnets", MAPS, .read = vt_net_subnets)

static const struct vt_net_key physical[] = {DEVICE("mac"), PARAMS, END};
static const struct vt_net_key loopback[] = {DEVICE("macaddress"), PARAMS, END};
static const struct vt_net_key bond[] = {DEVICE("macaddress"),
	NEEDED("bond_interfaces", STRINGS, .to = "interfaces",
		.read = vt_net_refs),
	NEEDED("params", MAP, .read = vt_net_bond_params), END};
static const struct vt_net_key bridge[] = {DEVICE("macaddress"),
	NEEDED("bridge_interfaces", STRINGS, .to = "interfaces",
		.read = vt_net_refs),
	NEEDED("params", MAP, .read = vt_net_bridge_params), END};
static const struct vt_net_key vlan[] = {DEVICE("macaddress"), PARAMS,
	NEEDED("vlan_link", STRING, .to = "link", .read = vt_net_refs),
	NEEDED("vlan_id", INT, .to = "id", .max = 4094), END};
static const struct vt_net_key infiniband[] = {NEEDED("name", STRING), END};

static int read_nameserver(struct vt_net_reader *r,
	const struct vt_net_key *key, const struct vt_node *n,
	struct vt_err **err)
{
	return vt_net_dns(r, key->to, n, err);
}

static const struct vt_net_key nameserver[] = {
	NEEDED("address", WORDS, .to = "addresses", .read = read_nameserver),
	KEY("search", WORDS, .to = "search", .read = read_nameserver), END};
static const struct vt_net_key route[] = {NEEDED("destination", PREFIX),
	KEY("gateway", STRING), KEY("netmask", ANY),
	KEY("metric", INT, .to = "metric"), END};

/* The types that curtin's parser has, and those of cloud-init, to which it may
 * hand a config on; with the keys without which curtin ignores an entry. */
static const struct entry_type {
	const char *word;
	int type; /* of the entry, or -1: it is no interface */
	const struct vt_net_key *keys;
	const char *unseen; /* NULL, or why nothing answers it */
} entry_types[] = {
	{"physical", VT_NET_PHYSICAL, physical, NULL},
	{"bond", VT_NET_BOND, bond, NULL},
	{"bridge", VT_NET_BRIDGE, bridge, NULL},
	{"vlan", VT_NET_VLAN, vlan, NULL},
	{"nameserver", -1, nameserver, NULL},
	{"route", -1, route, NULL},
	{"loopback", VT_NET_LOOPBACK, loopback, NULL},
	{"infiniband", VT_NET_OTHER, infiniband, "QEMU emulates no InfiniBand"},
};

static int unknown_type(const struct vt_node *n, struct vt_err **err)
{
	struct vt_near near = vt_near_start(n->text);
	for (size_t i = 0; i < VT_COUNT(entry_types); i++)
		vt_near_try(&near, entry_types[i].word);
	return vt_node_err(n, err, "unknown type '%s' of a network config%s",
		n->text, vt_near_hint(&near, ""));
}

static const struct entry_type *entry_type(
	const struct vt_node *entry, struct vt_err **err)
{
	const struct vt_node *word = vt_node_get(entry, "type");
	const char *text;
	if (vt_node_expect(entry, VT_MAP, err) < 0)
		return NULL;
	if (vt_node_is_null(word)) {
		vt_node_err(entry, err, "entry without 'type'");
		return NULL;
	}
	if (vt_node_string_only(word, "type", &text, err) < 0)
		return NULL;
	for (size_t i = 0; i < VT_COUNT(entry_types); i++)
		if (!strcmp(entry_types[i].word, text))
			return &entry_types[i];
	unknown_type(word, err);
	return NULL;
}

/* The interfaces, which others may name before they are defined. */
static int read_head(struct vt_net_reader *r, const struct vt_node *entry,
	struct vt_err **err)
{
	const struct entry_type *type = entry_type(entry, err);
	const char *name;
	if (!type)
		return -1;
	const char *missing = vt_net_missing(type->keys, entry);
	if (missing) {
		VT_AUTO_FREE char *at = vt_node_at(entry);
		vt_strv_addf(&r->net->notes,
			"%s: curtin ignores a %s without '%s'", at ? at : "",
			type->word, missing);
	}
	if (missing || type->type < 0)
		return 0;
	const struct vt_node *n = vt_node_get(entry, "name");
	if (vt_node_string_only(n, "name", &name, err) < 0)
		return -1;
	const struct vt_dev *first_one = vt_graph_find(r->g, name);
	if (first_one)
		return vt_node_err(n, err,
			"the name '%s' is already that of line %u", name,
			first_one->at->pos.line);
	struct vt_dev *d = vt_net_new(r, type->type, vt_strdup(name), entry);
	vt_net_set(r, d, "name", name, 0, n);
	return 0;
}

static int read_global_route(struct vt_net_reader *r,
	const struct vt_node *entry, struct vt_err **err)
{
	const struct vt_node *to = vt_node_get(entry, "destination");
	struct vt_net_reader of = {r->g, r->net, NULL};
	if (vt_net_keys(&of, route, entry, err) < 0)
		return -1;
	of.d = vt_net_route(r, entry, to, to->text,
		vt_node_get(entry, "netmask"), vt_node_get(entry, "gateway"),
		err);
	return of.d ? vt_net_keys(&of, route, entry, err) : -1;
}

/* Of what curtin ignores the values are checked. */
static int read_entry(struct vt_net_reader *r, const struct vt_node *entry,
	struct vt_err **err)
{
	const struct entry_type *type = entry_type(entry, err);
	bool ignored = vt_net_missing(type->keys, entry);
	const struct vt_node *name = vt_node_get(entry, "name");
	r->d = NULL;
	if (type->type >= 0 && !ignored)
		r->d = vt_graph_find(r->g, vt_node_text(name));
	if (type->keys == route && !ignored)
		return read_global_route(r, entry, err);
	if (ignored || type->unseen)
		vt_net_unseen(r, entry,
			type->unseen ? type->unseen
				     : "curtin ignores the entry, which lacks "
				       "a key");
	if (type->keys == nameserver && ignored)
		return 0;
	if (vt_net_keys(r, type->keys, entry, err) < 0)
		return -1;
	vt_net_set(r, r->d, "addresses", "none", 0, NULL);
	return 0;
}

/* curtin fails with a bridge's port that has no entry: it has no type. */
static int check_ports(const struct vt_dev *d, struct vt_err **err)
{
	for (size_t i = 0; vt_dev_is(d, VT_NET_BRIDGE) && i < d->n_refs; i++) {
		const struct vt_edge *e = &d->refs[i];
		if (e->used->at == e->node)
			return vt_node_err(e->node, err,
				"the bridge's port '%s' has no entry",
				e->used->id);
	}
	return 0;
}

int vt_net_read_1(struct vt_net_reader *r, const struct vt_node *section,
	struct vt_err **err)
{
	const struct vt_node *list = vt_node_get(section, "config");
	if (!list)
		return vt_node_err(
			section, err, "'config' is missing: a list of devices");
	if (vt_node_is_null(list))
		return 0;
	if (vt_node_expect(list, VT_SEQ, err) < 0)
		return -1;
	for (size_t i = 0; i < list->n; i++)
		if (read_head(r, list->items[i], err) < 0)
			return -1;
	for (size_t i = 0; i < list->n; i++)
		if (read_entry(r, list->items[i], err) < 0)
			return -1;
	for (size_t i = 0; i < r->g->n; i++)
		if (check_ports(&r->g->v[i], err) < 0)
			return -1;
	return 0;
}
