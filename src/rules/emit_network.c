/* verify.yaml's `network`: the expected state of the interfaces of the booted
 * system, derived from the config. */
#include <string.h>

#include "base/mem.h"
#include "graph/expect.h"
#include "network/net_realise.h"
#include "plan.h"

/* curtin's own command carries out the config; another one may do so, too.
 * Source: its net_meta() */
static bool is_carried_out(const struct vt_node *config)
{
	const struct vt_node *commands =
		vt_node_get(config, "network_commands");
	bool made = !vt_node_get(commands, "builtin");
	if (vt_node_is_null(commands))
		return true;
	if (commands->kind != VT_MAP)
		return false;
	for (size_t i = 0; i < commands->n; i++) {
		const struct vt_node *c = commands->items[i];
		if (vt_command_has(c, "net-meta"))
			made = vt_command_has(c, "custom") ||
			       vt_command_has(c, "auto");
	}
	return made;
}

const char *vt_plan_no_network(const struct vt_plan *plan)
{
	if (plan->def.expected_failure)
		return "the installer must fail";
	if (!plan->speaks_curtin)
		return "the installer does not read curtin's format";
	return is_carried_out(plan->config)
		       ? NULL
		       : "no network command runs net-meta for it";
}

struct vt_node *vt_emit_network(struct vt_plan *plan, struct vt_doc *doc)
{
	struct vt_graph *g = &plan->network;
	if (!g->n || vt_plan_no_network(plan))
		return NULL;
	vt_network_realise(g);
	return vt_graph_write(g, doc);
}
