#include "network/net_types.h"

#include <string.h>

#include "base/mem.h"

#define NEEDS(...) .needed = {__VA_ARGS__}

/* Version 1: the types that curtin's parser has; it passes over an entry
 * without one of the keys. Version 2: netplan's sections, which curtin hands
 * on. */
static const struct vt_net_type types[] = {
	{.version = 1, .word = "physical", .nic = true, NEEDS("name")},
	{.version = 1,
		.word = "bond",
		NEEDS("name", "bond_interfaces", "params")},
	{.version = 1,
		.word = "bridge",
		NEEDS("name", "bridge_interfaces", "params")},
	{.version = 1, .word = "vlan", NEEDS("name", "vlan_link", "vlan_id")},
	{.version = 1, .word = "nameserver", NEEDS("address")},
	{.version = 1, .word = "route", NEEDS("destination")},
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
