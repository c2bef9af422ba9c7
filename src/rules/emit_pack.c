/* install/pack.yaml: what vt-pack packs, and the layers of the config. */
#include <stdlib.h>
#include <string.h>

#include "fs.h"
#include "mem.h"
#include "plan.h"
#include "settings.h"

struct layers {
	struct vt_doc *doc;
	struct vt_node *list;
	const char *cwd;
};

static void add_path(struct layers *l, const char *path)
{
	struct vt_node *map = vt_node_map(l->doc);
	VT_AUTO_FREE char *full = vt_fs_join(l->cwd, path);
	vt_node_set_str(l->doc, map, "path", full);
	vt_node_push(l->doc, l->list, map);
}

static void add_text(struct layers *l, const char *text)
{
	struct vt_node *map = vt_node_map(l->doc);
	vt_node_set_str(l->doc, map, "content", text);
	vt_node_push(l->doc, l->list, map);
}

static bool is_set(const struct vt_plan *plan, const char *map, const char *key)
{
	return vt_node_getn(plan->config, map, key, (char *)NULL);
}

/* The kernel for the target: the definition's word, the one of the same
 * subarch as the install environment, or on Debian, where curtin has no
 * default, the one that the image has. */
static void add_kernel(const struct vt_plan *plan, struct layers *l)
{
	const struct vt_def *def = &plan->def;
	VT_AUTO_FREE char *text = NULL;
	bool debian = !strcmp(def->target_distro, "debian") &&
		      !strcmp(def->arch, "amd64");
	if (def->target_kernel_package)
		text = vt_printf(
			"kernel: {package: %s}\n", def->target_kernel_package);
	else if (def->kflavor && def->subarch &&
		 !vt_str_starts(def->subarch, "ga"))
		text = vt_printf("kernel: {fallback-package: linux-image-%s-"
				 "%s}\n",
			def->kflavor, def->subarch);
	else if (debian && !is_set(plan, "kernel", "package"))
		text = vt_strdup("kernel: {package: linux-image-cloud-amd64}"
				 "\n");
	if (text)
		add_text(l, text);
}

static int add_extra(
	struct vt_plan *plan, struct layers *l, struct vt_err **err)
{
	const char *path = vt_setting("EXTRA_CONFIG");
	if (!path || !*path)
		return 0;
	if (!vt_fs_exists(path))
		return vt_err_set(err, VT_USAGE, "%s: no such file: '%s'",
			vt_setting_source("EXTRA_CONFIG"), path);
	add_path(l, path);
	vt_strv_add(&plan->inputs, path);
	return 0;
}

/* Merged in this order, the later one wins. An installer that is not known to
 * read curtin's format gets the user's configs and nothing of ours. */
static int add_layers(
	struct vt_plan *plan, struct layers *l, struct vt_err **err)
{
	if (plan->conf_path)
		add_path(l, plan->conf_path);
	if (plan->speaks_curtin && plan->guest.firmware != VT_FW_BIOS &&
		!is_set(plan, "grub", "update_nvram"))
		add_text(l, "grub: {update_nvram: true}\n");
	if (add_extra(plan, l, err) < 0)
		return -1;
	if (!plan->speaks_curtin)
		return 0;
	add_text(l, "install:\n"
		    "  log_file: /tmp/install.log\n"
		    "  post_files: [/tmp/install.log]\n"
		    "reporting:\n"
		    "  maas: {level: DEBUG, type: webhook}\n");
	if (plan->installer->kind == VT_INSTALLER_CURTIN ||
		plan->def.target_kernel_package)
		add_kernel(plan, l);
	return 0;
}

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

int vt_emit_pack(struct vt_plan *plan, const struct vt_world *world,
	struct vt_doc *doc, struct vt_err **err)
{
	const struct vt_installer *in = plan->installer;
	struct vt_node *root = doc->root, *map = vt_node_map(doc);
	struct layers l = {doc, vt_node_seq(doc), world->cwd};
	if (add_layers(plan, &l, err) < 0)
		return -1;
	vt_node_set_str(doc, map, "path", in->path);
	vt_node_set_str(doc, map, "kind", vt_installer_kind_name(in->kind));
	vt_node_set_str(doc, map, "name", in->name);
	vt_node_set(doc, root, "format", vt_node_number(doc, 1));
	vt_node_set_str(doc, root, "test", plan->test->name);
	vt_node_set(doc, root, "installer", map);
	vt_node_set(doc, root, "configs", l.list);
	if (plan->def.conf_replace && plan->def.conf_replace->n)
		vt_node_set(doc, root, "replace",
			vt_node_copy(doc, plan->def.conf_replace));
	vt_node_set(doc, root, "command", command(plan, doc));
	return 0;
}
