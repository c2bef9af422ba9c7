/* Checks of the network config: compare `network` of verify.yaml with collected
 * facts. */
#include "check.h"
#include "evidence.h"
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

/* Why there are no facts to compare with, or NULL. */
static const char *no_facts(const struct verify *v)
{
	static const char fact[] = "ip_link.json";
	if (vt_release(v->file.target.release)->no_ip_json)
		return "iproute2 of this release does not write JSON";
	if (!evidence_required(v, fact) &&
		facts_exists(&v->facts, fact, NULL) == 0)
		return "scripts of the definition replace those that collect "
		       "it";
	return NULL;
}

void check_network(struct verify *v, const struct check *c)
{
	struct compared_to to = {v, c->at, no_facts(v)};
	vt_compare_dev(v->net_look, c->dev, add_compared, &to);
}
