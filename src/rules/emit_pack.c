/* install/pack.yaml: what vt-pack packs. */
#include <string.h>

#include "base/mem.h"
#include "emit_layers.h"

/* Where the installer takes the target from. */
static const char *source(const struct vt_plan *plan)
{
	const char *ftype = plan->def.target_ftype;
	if (!plan->target)
		return "cp:///media/root-ro";
	if (!strcmp(ftype, "squashfs"))
		return "fsimage:PUBURL/target/squashfs";
	if (!strcmp(ftype, "root-image.xz"))
		return "dd-xz:PUBURL/target/root-image.xz";
	return NULL; /* a tar archive */
}

static struct vt_node *command(const struct vt_plan *plan, struct vt_doc *doc)
{
	struct vt_node *argv = vt_node_seq(doc);
	const char *from = source(plan);
	VT_AUTO_FREE char *tar =
		vt_printf("tgz:PUBURL/target/%s", plan->def.target_ftype);
	vt_node_push(doc, argv, vt_node_string(doc, plan->installer->name));
	vt_node_push(doc, argv, vt_node_string(doc, "-vv"));
	vt_node_push(doc, argv, vt_node_string(doc, "install"));
	if (plan->conf_path)
		vt_node_push(doc, argv,
			vt_node_string(doc, "--config=config/config.yaml"));
	/* known when the guest runs: the packed config cannot have it */
	if (plan->conf_path && plan->speaks_curtin)
		vt_node_push(doc, argv,
			vt_node_string(doc,
				"--set=reporting/maas/endpoint=PUBURL/"
				"webhooks"));
	vt_node_push(doc, argv, vt_node_string(doc, from ? from : tar));
	return argv;
}

int vt_emit_pack(struct vt_plan *plan, struct vt_world *world,
	struct vt_doc *doc, struct vt_err **err)
{
	const struct vt_installer *in = plan->installer;
	struct vt_node *root = doc->root, *map = vt_node_map(doc);
	struct vt_node *layers = vt_emit_layers(plan, world, doc, err);
	if (!layers)
		return -1;
	vt_node_set_str(doc, map, "path", in->path);
	vt_node_set_str(doc, map, "kind", vt_installer_kind_name(in->kind));
	vt_node_set_str(doc, map, "name", in->name);
	vt_node_set(doc, root, "format", vt_node_number(doc, 1));
	vt_node_set_str(doc, root, "test", plan->test->name);
	vt_node_set(doc, root, "installer", map);
	vt_node_set(doc, root, "configs", layers);
	if (plan->def.conf_replace && plan->def.conf_replace->n)
		vt_node_set(doc, root, "replace",
			vt_node_copy(doc, plan->def.conf_replace));
	vt_node_set(doc, root, "command", command(plan, doc));
	return 0;
}
