/* Checks of the network config: compare `network` of verify.yaml with collected
 * facts. */
#include <inttypes.h>

#include "base/fs.h"
#include "base/mem.h"
#include "check.h"
#include "evidence.h"
#include "network/net_look.h"
#include "network/net_read.h"
#include "test/distro.h"
#include "test/phases.h"

int network_parse(struct verify *v, struct vt_err **err)
{
	const struct vt_node *map = v->file.network;
	if (vt_network_read_expected(&v->network, map, err) < 0)
		return -1;
	v->net_look = vt_network_look_new(&v->network,
		v->facts.collect_fd < 0 ? NULL : &v->collected,
		v->wired && !v->no_traffic ? &v->traffic : NULL);
	return 0;
}

void network_free(struct verify *v)
{
	vt_look_free(v->net_look);
	vt_graph_free(&v->network);
	vt_traffic_free(&v->traffic);
	vt_err_free(v->no_traffic);
}

/* It is read before `network`, whose checks look at it. */
int parse_wire(struct verify *v, struct check *c, struct vt_err **err)
{
	VT_AUTO_FREE char *path = vt_fs_join(v->dir, VT_PHASES_WIRE);
	(void)c;
	(void)err;
	v->wired = true;
	vt_traffic_read(&v->traffic, path, &v->no_traffic);
	return 0;
}

/* Without the capture nothing shows what was sent. */
void check_wire(struct verify *v, const struct check *c)
{
	struct vt_check_result *r = check_result(v, c, "wire");
	uint64_t frames = 0, dropped = 0;
	vt_check_expect(r, "a capture of what was sent on the wire");
	vt_check_see(r, "%s", VT_PHASES_WIRE);
	for (size_t i = 0; i < v->traffic.n; i++) {
		frames += v->traffic.ports[i].frames;
		dropped += v->traffic.ports[i].dropped;
	}
	if (v->no_traffic)
		vt_check_found(r, "%s", v->no_traffic->msg);
	else
		vt_check_found(r, "%" PRIu64 " frames of %zu ports%s%s", frames,
			v->traffic.n,
			dropped ? ", and others beyond the limit of its size"
				: "",
			v->traffic.cut ? ", without an end" : "");
	vt_check_judge(r, !v->no_traffic && !v->traffic.cut);
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
