/* The MAC addresses of a network config, version 1 or 2. */
#include <ctype.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/settings.h"
#include "guest.h"

enum { MAX_NICS = 28 }; /* slots of a PCI bus, less those of other devices */

static bool is_mac(const char *s)
{
	for (size_t i = 0; i < 17; i++)
		if (i % 3 == 2 ? s[i] != ':' : !isxdigit((unsigned char)s[i]))
			return false;
	return s[17] == '\0';
}

static int add(
	struct vt_strv *macs, const struct vt_node *n, struct vt_err **err)
{
	const char *mac;
	if (vt_node_str(n, &mac, err) < 0)
		return -1;
	if (!is_mac(mac))
		return vt_node_err(n, err,
			"'%s' is not a MAC address such as 52:54:00:12:34:01",
			mac);
	if (macs->n == MAX_NICS)
		return vt_node_err(n, err, "more than %d NICs", MAX_NICS);
	vt_strv_add(macs, mac);
	return 0;
}

/* config: [{type: physical, mac_address: ...}] */
static int version_1(
	struct vt_strv *macs, const struct vt_node *list, struct vt_err **err)
{
	if (!list || list->kind != VT_SEQ)
		return 0; /* "disabled" */
	for (size_t i = 0; i < list->n; i++) {
		const struct vt_node *type =
			vt_node_get(list->items[i], "type");
		const struct vt_node *mac =
			vt_node_get(list->items[i], "mac_address");
		if (vt_str_eq(vt_node_text(type), "physical") &&
			!vt_node_is_null(mac) && add(macs, mac, err) < 0)
			return -1;
	}
	return 0;
}

/* ethernets: {NAME: {match: {macaddress: ...}}}; or mac_address */
static int version_2(
	struct vt_strv *macs, const struct vt_node *nics, struct vt_err **err)
{
	if (!nics || nics->kind != VT_MAP)
		return 0;
	for (size_t i = 0; i < nics->n; i++) {
		const struct vt_node *match =
			vt_node_get(nics->items[i], "match");
		const struct vt_node *mac = vt_node_get(match, "macaddress");
		if (!mac)
			mac = vt_node_get(match, "mac_address");
		if (!vt_node_is_null(mac) && add(macs, mac, err) < 0)
			return -1;
	}
	return 0;
}

int vt_network_macs(
	struct vt_strv *macs, const struct vt_node *config, struct vt_err **err)
{
	const struct vt_node *network = vt_node_get(config, "network");
	if (!network || network->kind != VT_MAP)
		return 0;
	const char *v = vt_node_text(vt_node_get(network, "version"));
	if (v && !strcmp(v, "2"))
		return version_2(macs, vt_node_get(network, "ethernets"), err);
	return version_1(macs, vt_node_get(network, "config"), err);
}

/* As in curtin's vmtest. In user mode each guest has a network of its own; on a
 * bridge each test needs a unique address, as tests run at the same time. */
char *vt_network_mac_for(const char *test)
{
	char hex[65];
	if (!strcmp(vt_setting("BRIDGE"), "user"))
		return vt_strdup("52:54:00:12:34:01");
	vt_sha256_hex(test, strlen(test), hex);
	return vt_printf("52:54:00:%.2s:%.2s:%.2s", hex, hex + 2, hex + 4);
}
