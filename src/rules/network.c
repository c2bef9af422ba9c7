/* The NICs of a test's machine. */
#include <string.h>
#include <strings.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/settings.h"
#include "guest.h"
#include "network/net_read.h"
#include "network/nics.h"

enum { MAX_NICS = 28 }; /* slots of a PCI bus, less those of other devices */

/* As in curtin's vmtest. In user mode each guest has a network of its own; on a
 * bridge each test needs unique addresses, as tests run at the same time. */
static char *mac_of(const char *test, unsigned i)
{
	VT_AUTO_FREE char *nth = i ? vt_printf("%s %u", test, i) : NULL;
	char hex[65];
	if (!strcmp(vt_setting("BRIDGE"), "user"))
		return vt_printf("52:54:00:12:34:%02x", i + 1);
	vt_sha256_hex(nth ? nth : test, strlen(nth ? nth : test), hex);
	return vt_printf("52:54:00:%.2s:%.2s:%.2s", hex, hex + 2, hex + 4);
}

static bool is_taken(const struct vt_nics *net, const char *mac)
{
	for (size_t i = 0; i < net->n; i++)
		if (net->v[i].mac && strcasecmp(net->v[i].mac, mac) == 0)
			return true;
	return false;
}

/* The next address that no NIC of the config has. */
static char *free_mac(
	const struct vt_nics *net, const char *test, unsigned *next)
{
	char *mac = mac_of(test, (*next)++);
	while (is_taken(net, mac)) {
		vt_freep(&mac);
		mac = mac_of(test, (*next)++);
	}
	return mac;
}

int vt_guest_nics(struct vt_guest *m, const struct vt_graph *network,
	const char *test, struct vt_err **err)
{
	VT_AUTO_NICS struct vt_nics net = {0};
	const struct vt_strv *notes = &vt_network_more(network)->notes;
	unsigned next = 0;
	vt_nics(&net, network);
	if (net.n > MAX_NICS)
		return vt_node_err(
			net.v[MAX_NICS].at, err, "more than %d NICs", MAX_NICS);
	for (size_t i = 0; i < net.n; i++) {
		if (net.v[i].mac)
			vt_strv_add(&m->macs, net.v[i].mac);
		else
			vt_strv_take(&m->macs, free_mac(&net, test, &next));
	}
	if (net.n == 0)
		vt_strv_take(&m->macs, free_mac(&net, test, &next));
	for (size_t i = 0; i < notes->n; i++)
		vt_strv_add(&m->notes, notes->v[i]);
	return 0;
}
