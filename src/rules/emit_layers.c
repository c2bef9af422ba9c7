#include "emit_layers.h"

#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/settings.h"
#include "http/apt_proxy.h"
#include "scripts.h"
#include "test/distro.h"

struct layers {
	struct vt_plan *plan;
	struct vt_world *world;
	struct vt_doc *doc; /* owns texts and maps */
	struct vt_pack_file *file;
};

static struct vt_pack_config *add(struct layers *l)
{
	return vt_record_add(&l->file->configs, &l->file->n_configs,
		sizeof(*l->file->configs));
}

static void add_path(struct layers *l, const char *path)
{
	VT_AUTO_FREE char *full = vt_fs_join(l->world->cwd, path);
	add(l)->path = vt_doc_keep(l->doc, full);
	vt_strv_add(&l->plan->inputs, path);
}

static void add_text(struct layers *l, const char *text)
{
	add(l)->content = vt_doc_keep(l->doc, text);
}

static int add_map(
	struct layers *l, const struct vt_node *map, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	if (vt_node_emit(map, &text, err) < 0)
		return -1;
	add_text(l, vt_str_c(&text));
	return 0;
}

static struct vt_node *put_map(
	struct layers *l, struct vt_node *map, const char *key)
{
	struct vt_node *child = vt_node_map(l->doc);
	vt_node_set(l->doc, map, key, child);
	return child;
}

/* {SECTION: {NAME: [WORD...]}}, as early_commands and late_commands are. */
static int add_command(struct layers *l, const char *section, const char *name,
	const struct vt_strv *words, struct vt_err **err)
{
	struct vt_node *root = vt_node_map(l->doc), *argv = vt_node_seq(l->doc);
	vt_node_set(l->doc, put_map(l, root, section), name, argv);
	for (size_t i = 0; i < words->n; i++)
		vt_node_push(l->doc, argv, vt_node_string(l->doc, words->v[i]));
	return add_map(l, root, err);
}

static int add_script(struct layers *l, const char *section, const char *name,
	const char *script, bool in_target, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
	if (in_target)
		vt_strv_addv(&words, "curtin", "in-target", "--", (char *)NULL);
	vt_strv_addv(&words, "sh", "-c", vt_script_for(script), (char *)NULL);
	return add_command(l, section, name, &words, err);
}

static bool is_set(const struct vt_plan *plan, const char *map, const char *key)
{
	return vt_node_getn(plan->config, map, key, (char *)NULL);
}

static int add_proxy(struct layers *l, struct vt_err **err)
{
	struct vt_world *w = l->world;
	struct vt_node *root = vt_node_map(l->doc);
	if (!w->know_apt_proxy)
		w->apt_proxy = vt_apt_proxy();
	w->know_apt_proxy = true;
	if (!w->apt_proxy)
		return 0;
	vt_node_set_str(l->doc, root, "apt_proxy", w->apt_proxy);
	return add_map(l, root, err);
}

/* Requires a storage config: it has the layout to create. */
static int add_dirty(struct layers *l, struct vt_err **err)
{
	const struct vt_def *def = &l->plan->def;
	if (!def->dirty_disks || !l->plan->storage.n)
		return 0;
	if (!def->dirty_disk_config)
		return add_script(l, "early_commands", "01-dirty-disks",
			"dirty", false, err);
	const struct vt_node *said = vt_def_node(def, "dirty_disk_config");
	VT_AUTO_FREE char *path = vt_path_of(said, def->dirty_disk_config);
	if (vt_path_need(said, path, err) < 0)
		return -1;
	add_path(l, path);
	return 0;
}

static int add_extra(struct layers *l, struct vt_err **err)
{
	const char *path = vt_setting("EXTRA_CONFIG");
	if (!path || !*path)
		return 0;
	if (!vt_fs_exists(path) || vt_fs_is_dir(path))
		return vt_err_set(err, VT_USAGE, "%s: no such file: '%s'",
			vt_setting_source("EXTRA_CONFIG"), path);
	add_path(l, path);
	return 0;
}

/* builtin: null disables hooks that only curtin has. */
static int add_late_script(struct layers *l, struct vt_err **err)
{
	const char *script = vt_distro(l->plan->def.target_distro)->late_script;
	VT_AUTO_FREE char *name = vt_printf("00-%s", script ? script : "");
	if (!script)
		return 0;
	if (l->plan->installer->kind == VT_INSTALLER_CURTIN)
		add_text(l, "hook_commands: {builtin: null}\n");
	return add_script(l, "late_commands", name, script, true, err);
}

/* The words of the setting, else of the definition. */
static void words_of(
	const char *setting, const struct vt_node *said, struct vt_strv *out)
{
	const char *set = vt_setting(setting);
	const struct vt_node as_text = {.kind = VT_SCALAR, .text = (char *)set};
	vt_words_of(set && *set ? &as_text : said, out);
}

/* `proposed` is ignored for a release in development, where it is often broken;
 * PROPOSED adds it nevertheless. */
static int add_repos(struct layers *l, bool *any, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv repos = VT_STRV_INIT;
	struct vt_node *root = vt_node_map(l->doc);
	struct vt_node *sources =
		put_map(l, put_map(l, root, "apt"), "sources");
	words_of("ADD_REPOS", l->plan->def.add_repos, &repos);
	for (size_t i = 0; i < repos.n; i++) {
		const char *repo = repos.v[i];
		VT_AUTO_FREE char *name = vt_printf("add_repos_%02zu", i);
		if (!strcmp(repo, "proposed") &&
			vt_skip_is_devel(
				&l->world->skips, l->plan->def.target_release))
			continue;
		if (!strcmp(repo, "PROPOSED"))
			repo = "proposed";
		vt_node_set_str(
			l->doc, put_map(l, sources, name), "source", repo);
	}
	*any = sources->n != 0;
	return *any ? add_map(l, root, err) : 0;
}

/* auto: if a repository is added. */
static bool wants_upgrade(const struct vt_def *def, bool repos)
{
	const char *set = vt_setting("SYSTEM_UPGRADE");
	int said = def->system_upgrade;
	if (set && *set)
		said = !strcmp(set, "auto") ? VT_UNSET : vt_parse_bool(set);
	return said == VT_UNSET ? repos : said;
}

static int add_packages(struct layers *l, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv packages = VT_STRV_INIT;
	VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
	words_of("UPGRADE_PACKAGES", l->plan->def.upgrade_packages, &packages);
	if (!packages.n)
		return 0;
	vt_strv_addv(&words, "curtin", "in-target", "--", "apt-get", "-y",
		"install", (char *)NULL);
	for (size_t i = 0; i < packages.n; i++)
		vt_strv_add(&words, packages.v[i]);
	return add_command(l, "late_commands", "install_pkg_00", &words, err);
}

static int add_apt(struct layers *l, struct vt_err **err)
{
	bool repos = false;
	if (add_repos(l, &repos, err) < 0)
		return -1;
	if (wants_upgrade(&l->plan->def, repos))
		add_text(l, "system_upgrade: {enabled: true}\n");
	return add_packages(l, err);
}

/* The kernel package for the target: from the definition, else by the subarch
 * of the install environment, else of the distribution if curtin has no default
 * for it. */
static int add_kernel(struct layers *l, struct vt_err **err)
{
	const struct vt_def *def = &l->plan->def;
	const struct vt_distro *target = vt_distro(def->target_distro);
	const char *key = "package", *package = NULL;
	VT_AUTO_FREE char *fallback =
		vt_printf("linux-image-%s-%s", def->kflavor ? def->kflavor : "",
			def->subarch ? def->subarch : "");
	if (def->target_kernel_package) {
		package = def->target_kernel_package;
	} else if (def->kflavor && def->subarch &&
		   !vt_str_starts(def->subarch, "ga")) {
		key = "fallback-package";
		package = fallback;
	} else if (vt_str_eq(target->kernel_arch, def->arch) &&
		   !is_set(l->plan, "kernel", "package")) {
		package = target->kernel_package;
	}
	if (!package)
		return 0;
	struct vt_node *root = vt_node_map(l->doc);
	vt_node_set_str(l->doc, put_map(l, root, "kernel"), key, package);
	return add_map(l, root, err);
}

/* An installer that is not known to read curtin's format only gets the user's
 * configs: keys that would be ignored are errors. */
static int check_keys(const struct vt_plan *plan, struct vt_err **err)
{
	static const char *const keys[] = {"add_repos", "dirty_disks",
		"system_upgrade", "target_kernel_package", "upgrade_packages"};
	for (size_t i = 0; i < VT_COUNT(keys); i++) {
		const struct vt_node *n = vt_def_node(&plan->def, keys[i]);
		bool yes = true;
		if (vt_node_is_null(n) ||
			(vt_node_bool(n, &yes, NULL) == 0 && !yes) ||
			vt_str_eq(vt_node_text(n), "auto"))
			continue;
		return vt_node_err(n, err,
			"'%s' requires an installer that reads curtin's config "
			"format; '%s' is not known to",
			keys[i], plan->installer->name);
	}
	return 0;
}

static int add_layers(struct layers *l, struct vt_err **err)
{
	struct vt_plan *plan = l->plan;
	if (plan->conf_path)
		add_path(l, plan->conf_path);
	if (!plan->speaks_curtin)
		return check_keys(plan, err) < 0 ? -1 : add_extra(l, err);
	if (add_proxy(l, err) < 0)
		return -1;
	if (plan->guest.firmware != VT_FW_BIOS &&
		!is_set(plan, "grub", "update_nvram"))
		add_text(l, "grub: {update_nvram: true}\n");
	if (add_dirty(l, err) < 0 || add_extra(l, err) < 0 ||
		add_late_script(l, err) < 0 || add_apt(l, err) < 0)
		return -1;
	add_text(l, "install:\n"
		    "  log_file: /tmp/install.log\n"
		    "  post_files: [/tmp/install.log]\n"
		    "reporting:\n"
		    "  maas: {level: DEBUG, type: webhook}\n");
	if (plan->installer->kind == VT_INSTALLER_CURTIN ||
		plan->def.target_kernel_package)
		return add_kernel(l, err);
	return 0;
}

int vt_emit_layers(struct vt_plan *plan, struct vt_world *world,
	struct vt_doc *doc, struct vt_pack_file *file, struct vt_err **err)
{
	struct layers l = {plan, world, doc, file};
	return add_layers(&l, err);
}
