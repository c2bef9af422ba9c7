#include "network/net_types.h"

#include <string.h>

#include "base/mem.h"

#define KEY(name, of)                                                          \
	{                                                                      \
		.word = name, .kind = VT_NET_##of                              \
	}
#define NEEDED(name, of)                                                       \
	{                                                                      \
		.word = name, .kind = VT_NET_##of, .needed = true              \
	}
#define DEVICE                                                                 \
	NEEDED("name", STRING), KEY("mac_address", STRING),                    \
		KEY("subnets", SUBNETS)
#define END                                                                    \
	{                                                                      \
		.word = NULL                                                   \
	}

static const struct vt_net_key physical[] = {DEVICE, KEY("params", MAP), END};
static const struct vt_net_key bond[] = {
	DEVICE, NEEDED("bond_interfaces", STRINGS), NEEDED("params", MAP), END};
static const struct vt_net_key bridge[] = {DEVICE,
	NEEDED("bridge_interfaces", STRINGS), NEEDED("params", MAP), END};
static const struct vt_net_key vlan[] = {
	DEVICE, NEEDED("vlan_link", STRING), NEEDED("vlan_id", ANY), END};
static const struct vt_net_key nameserver[] = {
	NEEDED("address", WORDS), KEY("search", WORDS), END};
static const struct vt_net_key route[] = {
	NEEDED("destination", PREFIX), KEY("gateway", STRING), END};

const struct vt_net_key vt_net_subnet[] = {NEEDED("type", STRING),
	KEY("address", WORDS), KEY("gateway", WORDS),
	KEY("dns_nameservers", WORDS), KEY("dns_search", WORDS),
	KEY("routes", ROUTES), END};
const struct vt_net_key vt_net_route[] = {
	NEEDED("network", STRING), KEY("gateway", STRING), END};

/* Version 1: the types that curtin's parser has, with the keys without which it
 * ignores an entry. Version 2: netplan's sections, which curtin hands on. */
static const struct vt_net_type types[] = {
	{.version = 1, .word = "physical", .nic = true, .keys = physical},
	{.version = 1, .word = "bond", .keys = bond},
	{.version = 1, .word = "bridge", .keys = bridge},
	{.version = 1, .word = "vlan", .keys = vlan},
	{.version = 1, .word = "nameserver", .keys = nameserver},
	{.version = 1, .word = "route", .keys = route},
	{.version = 2, .word = "ethernets", .nic = true},
	{.version = 2, .word = "bonds"},
	{.version = 2, .word = "bridges"},
	{.version = 2, .word = "vlans"},
	{.version = 2, .word = "wifis"},
	{.version = 2, .word = "modems"},
	{.version = 2, .word = "tunnels"},
	{.version = 2, .word = "vrfs"},
	{.version = 2, .word = "dummy-devices"},
	{.version = 2, .word = "virtual-ethernets"},
	{.version = 2, .word = "nm-devices"},
};

const struct vt_net_type *vt_net_type_at(long version, size_t i)
{
	for (size_t t = 0; t < VT_COUNT(types); t++)
		if (types[t].version == version && i-- == 0)
			return &types[t];
	return NULL;
}

const struct vt_net_type *vt_net_type_find(long version, const char *word)
{
	for (size_t t = 0; t < VT_COUNT(types); t++)
		if (types[t].version == version &&
			strcmp(types[t].word, word) == 0)
			return &types[t];
	return NULL;
}
