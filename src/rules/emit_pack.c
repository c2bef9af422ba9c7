/* install/pack.yaml: the input of vt-pack. */
#include <string.h>

#include "emit_layers.h"
#include "scripts.h"

/* The source of the target, as argument of the installer. */
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

static void command(const struct vt_plan *plan, struct vt_strv *argv)
{
	const char *from = source(plan);
	vt_strv_addv(argv, plan->installer->name, "-vv", "install", NULL);
	if (plan->conf_path)
		vt_strv_add(argv, "--config=config/config.yaml");
	/* the URL is only known in the guest, so not part of the config */
	if (plan->conf_path && plan->speaks_curtin)
		vt_strv_add(
			argv, "--set=reporting/maas/endpoint=PUBURL/webhooks");
	if (from)
		vt_strv_add(argv, from);
	else
		vt_strv_addf(
			argv, "tgz:PUBURL/target/%s", plan->def.target_ftype);
}

int vt_emit_pack(struct vt_plan *plan, struct vt_doc *doc, struct vt_err **err)
{
	const struct vt_installer *in = plan->installer;
	const struct vt_node *replace = plan->def.conf_replace;
	VT_AUTO_PACK_FILE struct vt_pack_file f = {
		.test = plan->test->name,
		.installer = {in->path, in->kind, in->name},
		.replace = replace && replace->n ? replace : NULL,
	};
	if (vt_emit_layers(plan, plan->world, doc, &f, err) < 0)
		return -1;
	/* the script runs before the installer, whatever that is */
	if (plan->def.disks_from) {
		struct vt_pack_part *part =
			vt_record_add(&f.parts, &f.n_parts, sizeof(*part));
		part->content = vt_script_for("plant");
		part->type = vt_pack_part_type(part->content);
	}
	command(plan, &f.command);
	doc->root = vt_record_write(&vt_pack_record, doc, &f);
	return 0;
}
