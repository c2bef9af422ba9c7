/* Checks of the network config: compare `network` of verify.yaml with collected
 * facts. */
#include "check.h"
#include "network/net_look.h"
#include "network/net_read.h"
#include "test/distro.h"

int network_parse(struct verify *v, struct vt_err **err)
{
	const struct vt_node *map = v->file.network;
	if (vt_network_read_expected(&v->network, map, err) < 0)
		return -1;
	v->net_look = vt_network_look_new(
		&v->network, v->facts.collect_fd < 0 ? NULL : &v->collected);
	return 0;
}

void network_free(struct verify *v)
{
	vt_look_free(v->net_look);
	vt_graph_free(&v->network);
}

void check_network(struct verify *v, const struct check *c)
{
	const char *release = v->file.target.release;
	struct compared_to to = {v, c->at, NULL};
	if (vt_release(release)->no_ip_json)
		to.skip = "iproute2 of this release does not write JSON";
	vt_compare_dev(v->net_look, c->dev, add_compared, &to);
}
