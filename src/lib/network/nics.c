#include "network/nics.h"

#include <stdlib.h>

#include "base/mem.h"
#include "network/net_types.h"

void vt_nics(struct vt_nics *net, const struct vt_graph *g)
{
	for (size_t i = 0; i < g->n; i++) {
		const struct vt_dev *d = &g->v[i];
		if (!vt_dev_is(d, VT_NET_PHYSICAL))
			continue;
		net->v = vt_realloc(net->v, net->n + 1, sizeof(*net->v));
		net->v[net->n++] = (struct vt_net_nic){
			d->id, vt_dev_text(d, "mac"), d->at};
	}
}

void vt_nics_free(struct vt_nics *net)
{
	free(net->v);
}
