#include "network/nics.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/near.h"
#include "network/net_check.h"
#include "network/net_types.h"

static bool is_mac(const char *s)
{
	for (size_t i = 0; i < 17; i++)
		if (i % 3 == 2 ? s[i] != ':' : !isxdigit((unsigned char)s[i]))
			return false;
	return s[17] == '\0';
}

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

/* @mac: NULL or a null value: any address */
static int add_nic(struct vt_nics *net, const struct vt_node *at,
	const char *name, const struct vt_node *mac, struct vt_err **err)
{
	struct vt_net_nic nic = {.name = name, .at = at};

	if (!vt_node_is_null(mac) &&
		vt_node_string_only(mac, "a MAC address", &nic.mac, err) < 0)
		return -1;
	if (nic.mac && !is_mac(nic.mac))
		return vt_node_err(mac, err,
			"'%s' is not a MAC address such as 52:54:00:12:34:01",
			nic.mac);
	for (size_t i = 0; nic.mac && i < net->n; i++)
		if (net->v[i].mac && strcasecmp(net->v[i].mac, nic.mac) == 0)
			return vt_node_err(mac, err,
				"'%s' is already the MAC address of '%s', at "
				"line %u: give each NIC its own",
				nic.mac, net->v[i].name,
				net->v[i].at->pos.line);
	net->v = vt_realloc(net->v, net->n + 1, sizeof(*net->v));
	net->v[net->n++] = nic;
	return 0;
}

static int unknown_type(
	long version, const struct vt_node *n, struct vt_err **err)
{
	struct vt_near near = vt_near_start(n->text);
	const struct vt_net_type *type;

	for (size_t i = 0; (type = vt_net_type_at(version, i)); i++)
		vt_near_try(&near, type->word);
	return vt_node_err(n, err, "unknown %s '%s' of a network config%s",
		version == 1 ? "type" : "section", n->text,
		vt_near_hint(&near, ""));
}

static void note_ignored(struct vt_nics *net, const struct vt_net_type *type,
	const struct vt_node *entry, const char *missing)
{
	VT_AUTO_FREE char *at = vt_node_at(entry);

	vt_strv_addf(&net->notes, "%s: curtin ignores a %s without '%s'",
		at ? at : "", type->word, missing);
}

static int same_name(const struct vt_nics *net, const struct vt_node *entry,
	const char *name, struct vt_err **err)
{
	for (size_t i = 0; i < net->n; i++)
		if (strcmp(net->v[i].name, name) == 0)
			return vt_node_err(vt_node_get(entry, "name"), err,
				"the name '%s' is already that of line %u",
				name, net->v[i].at->pos.line);
	return 0;
}

/* {type: physical, name: eth0, mac_address: ...} */
static int read_entry_1(
	struct vt_nics *net, const struct vt_node *entry, struct vt_err **err)
{
	const struct vt_node *word = vt_node_get(entry, "type");
	const char *text;

	if (vt_node_expect(entry, VT_MAP, err) < 0)
		return -1;
	if (vt_node_is_null(word))
		return vt_node_err(entry, err, "entry without 'type'");
	if (vt_node_string_only(word, "type", &text, err) < 0)
		return -1;
	const struct vt_net_type *type = vt_net_type_find(1, text);
	if (!type)
		return unknown_type(1, word, err);
	const char *missing = vt_net_missing(type->keys, entry);
	if (missing)
		note_ignored(net, type, entry, missing);
	if (vt_net_check_values(type->keys, entry, err) < 0)
		return -1;
	if (!type->nic || missing)
		return 0;
	const char *name = vt_node_text(vt_node_get(entry, "name"));
	if (same_name(net, entry, name, err) < 0)
		return -1;
	return add_nic(
		net, entry, name, vt_node_get(entry, "mac_address"), err);
}

/* Whether the list has an entry of this name that curtin does not ignore. */
static bool has_entry(const struct vt_node *list, const char *name)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct vt_node *entry = list->items[i];
		const char *word = vt_node_text(vt_node_get(entry, "type"));
		if (vt_str_eq(name, vt_node_text(vt_node_get(entry, "name"))) &&
			!vt_net_missing(vt_net_type_find(1, word)->keys, entry))
			return true;
	}
	return false;
}

/* curtin fails with a bridge's port that has no entry: it has no type. */
static int check_ports(const struct vt_node *list, const struct vt_node *entry,
	struct vt_err **err)
{
	const struct vt_node *ports = vt_node_get(entry, "bridge_interfaces");

	if (!ports ||
		vt_net_missing(vt_net_type_find(1, "bridge")->keys, entry))
		return 0;
	for (size_t i = 0; i < ports->n; i++)
		if (!has_entry(list, ports->items[i]->text))
			return vt_node_err(ports->items[i], err,
				"the bridge's port '%s' has no entry",
				ports->items[i]->text);
	return 0;
}

static int read_1(
	struct vt_nics *net, const struct vt_node *section, struct vt_err **err)
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
		if (read_entry_1(net, list->items[i], err) < 0)
			return -1;
	for (size_t i = 0; i < list->n; i++)
		if (check_ports(list, list->items[i], err) < 0)
			return -1;
	return 0;
}

/* NAME: {match: {macaddress: ...}}. `macaddress` without `match` is an address
 * that the NIC gets; an entry with `link` is a virtual function of another. */
static int read_ethernet(struct vt_nics *net, const struct vt_node *name,
	const struct vt_node *entry, struct vt_err **err)
{
	const struct vt_node *match = vt_node_get(entry, "match");
	const struct vt_node *mac = vt_node_get(match, "macaddress");

	if (!vt_node_is_null(match) && vt_node_expect(match, VT_MAP, err) < 0)
		return -1;
	if (!vt_node_is_null(vt_node_get(entry, "link")))
		return 0;
	return add_nic(net, name, name->text,
		mac ? mac : vt_node_get(match, "mac_address"), err);
}

static int read_section_2(struct vt_nics *net, const struct vt_net_type *type,
	const struct vt_node *section, struct vt_err **err)
{
	const char *name;

	if (vt_node_is_null(section))
		return 0;
	if (vt_node_expect(section, VT_MAP, err) < 0)
		return -1;
	for (size_t i = 0; i < section->n; i++) {
		const struct vt_node *entry = section->items[i];
		const struct vt_node *set = vt_node_get(entry, "set-name");
		if ((!vt_node_is_null(entry) &&
			    vt_node_expect(entry, VT_MAP, err) < 0) ||
			(!vt_node_is_null(set) &&
				vt_node_string_only(
					set, "set-name", &name, err) < 0) ||
			(type->nic && read_ethernet(net, section->keys[i],
					      entry, err) < 0))
			return -1;
	}
	return 0;
}

static int read_2(
	struct vt_nics *net, const struct vt_node *section, struct vt_err **err)
{
	static const char *const others[] = {
		"version", "renderer", "openvswitch", NULL};

	for (size_t i = 0; i < section->n; i++) {
		const struct vt_node *key = section->keys[i];
		const struct vt_net_type *type = vt_net_type_find(2, key->text);
		if (!type && !vt_str_in(others, key->text))
			return unknown_type(2, key, err);
		if (type &&
			read_section_2(net, type, section->items[i], err) < 0)
			return -1;
	}
	return 0;
}

static bool is_disabled(const struct vt_node *section)
{
	return vt_str_eq(
		vt_node_text(vt_node_get(section, "config")), "disabled");
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

int vt_nics_read(
	struct vt_nics *net, const struct vt_node *config, struct vt_err **err)
{
	const struct vt_node *section = vt_node_get(config, "network");
	long version;

	if (vt_node_is_null(section))
		return 0;
	if (vt_node_expect(section, VT_MAP, err) < 0)
		return -1;
	if (is_disabled(section))
		return 0;
	if (read_version(section, &version, err) < 0 ||
		check_addresses(section, err) < 0)
		return -1;
	return version == 1 ? read_1(net, section, err)
			    : read_2(net, section, err);
}

void vt_nics_free(struct vt_nics *net)
{
	free(net->v);
	vt_strv_free(&net->notes);
}
