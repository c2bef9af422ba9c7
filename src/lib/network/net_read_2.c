/* Version 2: netplan's sections, which curtin hands on to the installed system.
 */
#include <string.h>

#include "base/mem.h"
#include "base/near.h"
#include "base/str.h"
#include "network/net_reader.h"

/* Sections */

#define TUNNELS "a tunnel needs a remote endpoint, which tests do not have"
#define NO_RADIO "QEMU emulates no wireless device"

static const struct section {
	const char *word;
	enum vt_net_type type;
	const char *unseen; /* NULL, or why nothing answers its entries */
} sections[] = {
	{"ethernets", VT_NET_PHYSICAL, NULL},
	{"bonds", VT_NET_BOND, NULL},
	{"bridges", VT_NET_BRIDGE, NULL},
	{"vlans", VT_NET_VLAN, NULL},
	{"dummy-devices", VT_NET_DUMMY, NULL},
	{"wifis", VT_NET_OTHER, NO_RADIO},
	{"modems", VT_NET_OTHER, NO_RADIO},
	{"tunnels", VT_NET_OTHER, TUNNELS},
	{"vrfs", VT_NET_OTHER, "VRFs are not compared"},
	{"virtual-ethernets", VT_NET_OTHER, "veth pairs are not compared"},
	{"nm-devices", VT_NET_OTHER,
		"NetworkManager's connections are not compared"},
};

static const struct section *section_of(
	const struct vt_node *word, struct vt_err **err)
{
	struct vt_near near = vt_near_start(word->text);
	for (size_t i = 0; i < VT_COUNT(sections); i++) {
		if (!strcmp(sections[i].word, word->text))
			return &sections[i];
		vt_near_try(&near, sections[i].word);
	}
	vt_node_err(word, err, "unknown section '%s' of a network config%s",
		word->text, vt_near_hint(&near, ""));
	return NULL;
}

/* Why nothing answers an entry, or NULL */
static const char *unseen(const struct section *s, const struct vt_node *entry)
{
	if (s->unseen)
		return s->unseen;
	if (vt_node_get(entry, "openvswitch"))
		return "Open vSwitch is not compared";
	return s->type == VT_NET_PHYSICAL &&
			       !vt_node_is_null(vt_node_get(entry, "link"))
		       ? "QEMU's NICs have no virtual functions"
		       : NULL;
}

/* Netplan has lo among the ethernets. */
static enum vt_net_type type_of(const struct section *s,
	const struct vt_node *name, const struct vt_node *entry)
{
	bool lo = s->type == VT_NET_PHYSICAL && !strcmp(name->text, "lo") &&
		  vt_node_is_null(vt_node_get(entry, "match"));
	return unseen(s, entry) ? VT_NET_OTHER : lo ? VT_NET_LOOPBACK : s->type;
}

static int read_head(struct vt_net_reader *r, const struct section *s,
	const struct vt_node *name, const struct vt_node *entry,
	struct vt_err **err)
{
	const struct vt_dev *first = vt_graph_find(r->g, name->text);
	if (!vt_node_is_null(entry) && vt_node_expect(entry, VT_MAP, err) < 0)
		return -1;
	if (first)
		return vt_node_err(name, err,
			"the name '%s' is already that of line %u", name->text,
			first->at->pos.line);
	struct vt_dev *d = vt_net_new(
		r, type_of(s, name, entry), vt_strdup(name->text), name);
	if (d->type->id == VT_NET_OTHER)
		vt_net_set(r, d, "name", name->text, 0, NULL);
	return 0;
}

static bool is_pattern(const char *name)
{
	return strpbrk(name, "*?[") != NULL;
}

/* An interface that is matched keeps its name, unless it gets one. */
static void set_name(struct vt_net_reader *r, const struct vt_node *entry)
{
	const struct vt_node *match = vt_node_get(entry, "match");
	const char *name = vt_dev_text(r->d, "match-name");
	if (vt_node_is_null(match))
		name = r->d->id;
	if (name && !is_pattern(name))
		vt_net_set(r, r->d, "name", name, 0, NULL);
}

static int read_entry(struct vt_net_reader *r, const struct section *s,
	const struct vt_node *name, const struct vt_node *entry,
	struct vt_err **err)
{
	r->d = vt_graph_find(r->g, name->text);
	if (unseen(s, entry)) {
		vt_net_unseen(r, entry, unseen(s, entry));
		return 0;
	}
	for (const struct vt_net_key *k = vt_net_device_keys; k->word; k++) {
		const struct vt_node *n = vt_node_get(entry, k->word);
		if (vt_node_is_null(n))
			vt_net_unseen(r, n, "null says nothing");
		else if (vt_net_value(r, k, n, err) < 0)
			return -1;
	}
	set_name(r, entry);
	vt_net_set(r, r->d, "addresses", "none", 0, NULL);
	vt_net_set(r, r->d, "up", NULL, 1, NULL);
	return 0;
}

/* @read: false: only the heads, which others may name before */
static int read_sections(struct vt_net_reader *r, const struct vt_node *network,
	bool read, struct vt_err **err)
{
	static const char *const others[] = {
		"version", "renderer", "openvswitch", NULL};
	for (size_t i = 0; i < network->n; i++) {
		const struct vt_node *list = network->items[i];
		if (vt_str_in(others, network->keys[i]->text))
			continue;
		const struct section *s = section_of(network->keys[i], err);
		if (!s)
			return -1;
		if (vt_node_is_null(list))
			continue;
		if (vt_node_expect(list, VT_MAP, err) < 0)
			return -1;
		for (size_t k = 0; k < list->n; k++)
			if (read ? read_entry(r, s, list->keys[k],
					   list->items[k], err)
				 : read_head(r, s, list->keys[k],
					   list->items[k], err))
				return -1;
	}
	return 0;
}

int vt_net_read_2(struct vt_net_reader *r, const struct vt_node *section,
	struct vt_err **err)
{
	if (read_sections(r, section, false, err) < 0 ||
		read_sections(r, section, true, err) < 0)
		return -1;
	vt_net_unseen(r, vt_node_get(section, "openvswitch"),
		"Open vSwitch is not compared");
	return 0;
}
