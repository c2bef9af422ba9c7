#include "wired.h"

#include <stdlib.h>

#include "base/mem.h"
#include "network/net_types.h"

void vt_wired_plan(
	struct vt_wired *w, const struct vt_graph *network, bool forced)
{
	w->g = network;
	w->on = forced || vt_wired_needed(network);
	if (!w->on)
		return;
	w->ends = vt_calloc(network->n + 1, sizeof(*w->ends));
	for (size_t i = 0; i < network->n; i++)
		if (vt_dev_num(&network->v[i], "mtu") > w->mtu)
			w->mtu = vt_dev_num(&network->v[i], "mtu");
	vt_wired_segments(w);
	/* both ends of a link that is in use, also without an address */
	for (size_t i = 0; i < network->n; i++)
		if (vt_net_is_interface(&network->v[i]))
			vt_wired_end(w, &network->v[i]);
	vt_wired_addresses(w);
	vt_wired_dhcp(w);
}

void vt_wired_free(struct vt_wired *w)
{
	for (size_t i = 0; w->ends && i < w->g->n; i++)
		free(w->ends[i]);
	free(w->ends);
	vt_strv_free(&w->segments);
	vt_strv_free(&w->nics);
	vt_strv_free(&w->targets);
	vt_strv_free(&w->has);
	vt_str_free(&w->links);
	vt_str_free(&w->addresses);
	vt_str_free(&w->dnsmasq);
}
