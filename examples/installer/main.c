/* vt-install: a small installer that speaks curtin's config format. */
#include <stdio.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <unistd.h>

#include "apt.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/proc.h"
#include "blockdev.h"
#include "boot.h"
#include "clear.h"
#include "commands.h"
#include "config.h"
#include "crypt.h"
#include "entries.h"
#include "iscsi_disks.h"
#include "layers.h"
#include "multipath.h"
#include "names.h"
#include "network.h"
#include "report.h"
#include "step.h"
#include "steps.h"
#include "swapfile.h"
#include "target.h"

struct options {
	struct vt_strv configs, sets;
	bool showtrace, install_deps;
};

static const struct vt_opt opts[] = {
	{"config", 'c', "FILE", VT_OPT_STRV, offsetof(struct options, configs),
		"add a config; later ones override earlier ones"},
	{"set", 0, "KEY=VALUE", VT_OPT_STRV, offsetof(struct options, sets),
		"set a string in the config, at a path such as "
		"reporting/maas/endpoint"},
	{"showtrace", 0, NULL, VT_OPT_FLAG, offsetof(struct options, showtrace),
		"ignored, for compatibility with curtin"},
	{"install-deps", 0, NULL, VT_OPT_FLAG,
		offsetof(struct options, install_deps),
		"ignored, for compatibility with curtin: vt-install has no "
		"dependencies"},
};

static const struct vt_cli cli = {
	.prog = "vt-install",
	.usage = "install [--config FILE]... [--set KEY=VALUE]... SOURCE\n"
		 "check [--config FILE]...\n"
		 "network [--config FILE]... DIRECTORY\n"
		 "in-target -- COMMAND [ARG]...",
	.about = "install SOURCE (cp://PATH, fsimage:URL or tgz:URL) "
		 "according to configs in curtin's format",
	VT_CLI_OPTS(opts),
};

static const char success_line[] =
	"curtin: Installation finished. No error reported.";

static int save(const char *root, const char *name, const struct vt_str *text,
	struct vt_err **err)
{
	VT_AUTO_FREE char *path = vt_printf("%s/root/%s", root, name);
	return vt_fs_write(path, vt_str_c(text), text->len, 0600, err);
}

/* Write the log and the config to the target, as curtin does. */
static int save_traces(const struct vt_doc *config, const char *root,
	const char *last_line, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str log = VT_STR_INIT, yaml = VT_STR_INIT;
	vt_str_addf(&log, "%s%s\n", step_log(), last_line);
	if (vt_node_emit(config->root, &yaml, err) < 0 ||
		save(root, "curtin-install.log", &log, err) < 0)
		return -1;
	return save(root, "curtin-install-cfg.yaml", &yaml, err);
}

/* Run a stage and log its time. */
static int stage(const char *name, uint64_t *since, int rc)
{
	uint64_t now = vt_now_ms();
	say("%s: %s after %.1f s", name, rc < 0 ? "failed" : "done",
		(double)(now - *since) / 1000);
	report_stage(name, now - *since, rc == 0);
	*since = now;
	return rc;
}

static int configure(const struct vt_doc *config, const struct plan *plan,
	const char *root, struct vt_err **err)
{
	if (target_fstab(plan, root, err) < 0 ||
		raid_configure(plan, root, err) < 0 ||
		multipath_configure(plan, root, err) < 0 ||
		iscsi_configure(plan, root, err) < 0 ||
		crypt_configure(plan, root, err) < 0 ||
		names_write(plan, root, err) < 0 ||
		target_enter(root, err) < 0 ||
		network_write(&plan->network, plan->config, root, err) < 0 ||
		swapfile_make(&plan->swap, root, err) < 0)
		return -1;
	if (files_write(config->root, root, err) < 0)
		return -1;
	return apt_configure(config->root, root, err);
}

static int fill(const struct vt_doc *config, const struct plan *plan,
	const char *source, const char *root, struct vt_err **err)
{
	uint64_t t = vt_now_ms();
	if (stage("mount", &t, target_mount(plan, root, err)) < 0 ||
		stage("copy", &t, target_copy(source, root, err)) < 0 ||
		stage("configure", &t, configure(config, plan, root, err)) <
			0 ||
		stage("boot loader", &t, boot_install(plan, root, err)) < 0)
		return -1;
	return stage("late commands", &t,
		commands_run(config->root, "late_commands", root, err));
}

/* Unmount and stop all devices, also after a failure. */
static int leave(struct plan *plan, const char *root, struct vt_err **err)
{
	if (target_leave(root, err) < 0 || entries_release(plan, err) < 0)
		return -1;
	return iscsi_logout(plan, err);
}

static int install_to(const struct vt_doc *config, struct plan *plan,
	const char *source, const char *root, struct vt_err **err)
{
	uint64_t t = vt_now_ms();
	if (stage("early commands", &t,
		    commands_run(config->root, "early_commands", root, err)) <
			0 ||
		disks_find(plan, err) < 0 ||
		boot_check_machine(plan, err) < 0 ||
		crypt_check_files(plan, err) < 0 ||
		stage("clear", &t, clear_disks(plan, err)) < 0)
		return -1;
	if (stage("disks", &t, entries_make(plan, err)) < 0) {
		entries_release(plan, NULL);
		return -1;
	}
	int rc = fill(config, plan, source, root, err);
	if (rc == 0)
		rc = save_traces(config, root, success_line, err);
	else
		save_traces(config, root, "curtin: Installation failed", NULL);
	t = vt_now_ms();
	int left = stage("unmount", &t, leave(plan, root, rc < 0 ? NULL : err));
	return rc < 0 ? rc : left;
}

/* A private mount namespace: no service of the install environment gets a copy
 * of a mount, which would keep a disk busy, and mounts end with this process.
 */
static int private_mounts(struct vt_err **err)
{
	if (unshare(CLONE_NEWNS) < 0 ||
		mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return vt_err_errno(err, "cannot create a mount namespace");
	return 0;
}

/* The whole config is read before anything is changed. */
static int install(
	struct vt_doc *config, const char *source, struct vt_err **err)
{
	if (!vt_node_get(config->root, "storage")) {
		uint64_t bytes;
		VT_AUTO_FREE char *disk = disks_first(&bytes, err);
		if (!disk ||
			config_default_storage(config, disk, bytes, err) < 0)
			return -1;
	}
	__attribute__((cleanup(plan_freep))) struct plan *plan =
		plan_make(config->root, err);
	/* not vt_fs_tmpdir(), which would empty a mounted target on a signal */
	static const char root[] = "/tmp/vt-target";
	if (!plan ||
		network_check(&plan->network, config->root, target_tree(source),
			err) < 0 ||
		private_mounts(err) < 0 || vt_fs_mkdirs(root, 0700, err) < 0)
		return -1;
	return install_to(config, plan, source, root, err);
}

static int check(const struct vt_doc *config, struct vt_err **err)
{
	VT_AUTO_GRAPH struct vt_graph network = {0};
	if (!vt_node_get(config->root, "storage"))
		return network_read(&network, config->root, err) < 0
			       ? -1
			       : network_check(
					 &network, config->root, NULL, err);
	__attribute__((cleanup(plan_freep))) struct plan *plan =
		plan_make(config->root, err);
	return plan ? network_check(&plan->network, config->root, NULL, err)
		    : -1;
}

/* vt-install network: only the network, of a system below a directory. */
static int network(
	const struct vt_doc *config, const char *root, struct vt_err **err)
{
	VT_AUTO_GRAPH struct vt_graph g = {0};
	if (!vt_fs_is_dir(root))
		return vt_err_set(
			err, VT_USAGE, "'%s' is not a directory", root);
	if (network_read(&g, config->root, err) < 0)
		return -1;
	return network_write(&g, config->root, root, err);
}

/* vt-install in-target: a command in the target, for scripts of a config. */
static int in_target(const struct vt_strv *operands, struct vt_err **err)
{
	const char *root = getenv("TARGET_MOUNT_POINT");
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	if (!root || operands->n < 2)
		return vt_err_set(err, VT_USAGE,
			"in-target needs a command, and TARGET_MOUNT_POINT in "
			"the environment");
	vt_strv_addv(&argv, "chroot", root, NULL);
	for (size_t i = 1; i < operands->n; i++)
		vt_strv_add(&argv, operands->v[i]);
	execvp(argv.v[0], argv.v);
	return vt_err_errno(err, "cannot run '%s'", argv.v[0]);
}

/* The verbs, by the number of their operands. */
static bool is_verb(const struct vt_strv *operands)
{
	static const struct {
		const char *word;
		size_t n;
	} verbs[] = {{"install", 2}, {"check", 1}, {"network", 2}};
	for (size_t i = 0; i < VT_COUNT(verbs); i++)
		if (operands->n == verbs[i].n &&
			!strcmp(operands->v[0], verbs[i].word))
			return true;
	return false;
}

static int run(const struct options *o, const struct vt_strv *operands,
	struct vt_err **err)
{
	const char *verb = operands->n ? operands->v[0] : "";
	bool installing = !strcmp(verb, "install");
	if (!strcmp(verb, "in-target"))
		return in_target(operands, err);
	if (!is_verb(operands))
		return vt_err_set(err, VT_USAGE,
			"say 'install SOURCE', 'check', 'network DIRECTORY' or "
			"'in-target -- COMMAND' (try 'vt-install --help')");
	if (installing && !target_knows(operands->v[1]))
		return vt_err_set(err, VT_USAGE,
			"source '%s' is not cp://PATH, fsimage:URL or tgz:URL",
			operands->v[1]);
	VT_AUTO_DOC struct vt_doc *config =
		config_load(&o->configs, &o->sets, err);
	if (!config || commands_check(config->root, err) < 0 ||
		apt_check(config->root, err) < 0)
		return -1;
	if (!strcmp(verb, "check"))
		return check(config, err);
	if (!strcmp(verb, "network"))
		return network(config, operands->v[1], err);
	if (report_open(config->root, err) < 0)
		return -1;
	return install(config, operands->v[1], err);
}

int main(int argc, char **argv)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_STRV struct vt_strv operands = VT_STRV_INIT;
	struct options o = {0};
	vt_proc_die_with_parent();
	/* Inherited by all commands: an emulator translates code that stands
	 * where it stood before only once (update-grub: half the time). */
	personality(ADDR_NO_RANDOMIZE);
	int rc = vt_cli_parse(&cli, argc, argv, &o, &operands, &err);
	bool installing =
		rc == 0 && operands.n && !strcmp(operands.v[0], "install");
	if (installing)
		say("curtin: Installation started. (vt-install %s)",
			VT_VERSION);
	if (rc == 0)
		rc = run(&o, &operands, &err);
	vt_strv_free(&o.configs);
	vt_strv_free(&o.sets);
	/* a failure of this host is one of the machine under test */
	if (installing && vt_err_status(err) == VT_HOST)
		err->status = VT_FAILED;
	int status = vt_cli_end(err);
	if (installing)
		report_close(rc == 0);
	/* last, because this line ends the test */
	if (installing && rc == 0)
		say("%s", success_line);
	else if (installing)
		say("curtin: Installation failed: %s", err->msg);
	return status;
}
