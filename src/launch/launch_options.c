#include "launch_options.h"

#include <stddef.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/settings.h"
#include "data/pattern.h"
#include "qemu/spec.h"

/* The options' values, as written. */
struct options {
	const char *kernel, *initrd, *boot_image, *root_arg, *user_data,
		*meta_data, *installer, *power, *success;
	struct vt_strv appends, disks, publishes, adds, failures;
	bool no_install_deps, no_proxy_config, template;
	struct vt_machine_options machine;
};

#define AT(field) offsetof(struct options, field)
static const struct vt_opt opts[] = {
	{"kernel", 'k', "FILE", VT_OPT_STR, AT(kernel), "boot this kernel"},
	{"initrd", 'i', "FILE", VT_OPT_STR, AT(initrd),
		"with this initial RAM disk"},
	{"append", 'a', "ARG", VT_OPT_STRV, AT(appends),
		"add to the kernel command line"},
	{"root-arg", 0, "ARG", VT_OPT_STR, AT(root_arg),
		"kernel argument for the root file system; by default the "
		"boot image, by its serial; empty for none"},
	{"boot-image", 0, "FILE", VT_OPT_STR, AT(boot_image),
		"attach FILE as the disk with serial 'boot-disk'; writes go to "
		"a temporary overlay. Without --kernel the machine boots from "
		"it, and cloud-init's datasource is a disk instead of the web "
		"server"},
	{"disk", 'd', "SPEC", VT_OPT_STRV, AT(disks),
		"add a disk: PATH[:SIZE][:DRIVER][:BSIZE][:DEVOPTS], created "
		"if missing (defaults: 5G, virtio-blk, 512), or "
		"PATH:SIZE:iscsi:BSIZE:TARGET[:USER:PASSWORD[:USER:PASSWORD]]; "
		"without --disk, one temporary disk"},
	{"publish", 'p', "FILE[:NAME]", VT_OPT_STRV, AT(publishes),
		"serve FILE to the guest as PUBURL/NAME"},
	{"user-data", 0, "FILE", VT_OPT_STR, AT(user_data),
		"serve FILE as user-data instead of packing COMMAND"},
	{"meta-data", 0, "FILE", VT_OPT_STR, AT(meta_data),
		"serve FILE as meta-data"},
	{"installer", 0, "PATH", VT_OPT_STR, AT(installer),
		"the installer to pack, which provides COMMAND; by default the "
		"setting CURTIN_EXE, or bin/curtin if this program runs as "
		"tools/launch of a curtin tree"},
	{"add", 0, "FILE[:NAME]", VT_OPT_STRV, AT(adds),
		"pack FILE with the installer"},
	{"power", 0, "STATE", VT_OPT_STR, AT(power),
		"what the guest does after COMMAND: off, on or reboot; the "
		"default is off, or on if the terminal is its console"},
	{"no-install-deps", 0, NULL, VT_OPT_FLAG, AT(no_install_deps),
		"do not let curtin install its dependencies"},
	{"no-proxy-config", 0, NULL, VT_OPT_FLAG, AT(no_proxy_config),
		"do not pass this host's http_proxy, https_proxy and no_proxy "
		"to curtin"},
	{"template", 0, NULL, VT_OPT_FLAG, AT(template),
		"make the template from which DIR's machine starts, if there "
		"is none, and end"},
	{"success", 0, "ERE", VT_OPT_STR, AT(success),
		"fail unless a whole line of the console matches ERE; a kernel "
		"time stamp and 'cloud-init[N]: ' before it are ignored"},
	{"failure", 0, "ERE", VT_OPT_STRV, AT(failures),
		"stop the guest and fail when a line of the console matches "
		"ERE"},
};

static const struct vt_cli cli = {
	.prog = "vt-launch",
	.usage = "DIR\n"
		 "[OPTION]... [--kernel FILE | --boot-image FILE] "
		 "[--] [COMMAND [ARG]...]",
	.about = "boot an ephemeral system in a virtual machine and let it "
		 "run an installer",
	VT_CLI_OPTS(opts),
	.shared = &vt_machine_opts,
	.shared_at = offsetof(struct options, machine),
	.more = "DIR is the directory of a test; install/vm.yaml in it "
		"describes the machine.\nCOMMAND is packed by vt-pack and run "
		"by the guest's cloud-init; PUBURL in it is\nreplaced by the "
		"address of the published files.",
};

static void free_options(struct options *o)
{
	vt_strv_free(&o->appends);
	vt_strv_free(&o->disks);
	vt_strv_free(&o->publishes);
	vt_machine_options_free(&o->machine);
	vt_strv_free(&o->adds);
	vt_strv_free(&o->failures);
}

static void move(struct vt_strv *to, struct vt_strv *from)
{
	*to = *from;
	*from = (struct vt_strv)VT_STRV_INIT;
}

/* FILE[:NAME] */
static int publish(struct vt_vm *vm, const char *spec, struct vt_err **err)
{
	const char *colon = strchr(spec, ':');
	size_t n = colon ? (size_t)(colon - spec) : strlen(spec);
	struct vt_published *p =
		vt_record_add(&vm->published, &vm->n_published, sizeof(*p));
	if (n == 0 || (colon && !colon[1]))
		return vt_err_set(
			err, VT_USAGE, "'%s' is not FILE[:NAME]", spec);
	p->path = vt_machine_own(&vm->machine, vt_strndup(spec, n));
	p->as = vt_machine_own(&vm->machine,
		vt_strdup(colon ? colon + 1 : vt_fs_basename(p->path)));
	return 0;
}

static int disks_and_files(
	struct vt_vm *vm, const struct options *o, struct vt_err **err)
{
	for (size_t i = 0; i < o->disks.n; i++)
		if (vt_spec_disk(&vm->machine, o->disks.v[i], err) < 0)
			return -1;
	for (size_t i = 0; i < o->publishes.n; i++)
		if (publish(vm, o->publishes.v[i], err) < 0)
			return -1;
	return 0;
}

/* Build the kernel command line: root=, console=, --append. */
static void kernel_args(struct vt_machine *m, const struct options *o)
{
	struct vt_str s = VT_STR_INIT;
	const char *root = o->root_arg;
	if (!root && o->boot_image)
		root = "root=/dev/disk/by-id/virtio-boot-disk";
	if (root && *root)
		vt_str_addf(&s, "%s ", root);
	vt_str_addf(&s, "console=%s", m->arch->console);
	for (size_t i = 0; i < o->appends.n; i++)
		vt_str_addf(&s, " %s", o->appends.v[i]);
	m->append = vt_machine_own(m, vt_str_take(&s));
}

static void boot_image(struct launch *l, const struct options *o)
{
	if (!o->boot_image)
		return;
	l->boot_image = o->boot_image;
	l->vm.machine.image = (struct vt_disk){.path = o->boot_image,
		.format = "raw",
		.driver = vt_disk_driver("virtio-blk"),
		.serial = "boot-disk",
		.read_only = true};
}

/* Called through a link in an installer's tools/, use that installer. */
static const char *find_installer(
	struct launch *l, const struct options *o, const char *argv0)
{
	const char *set = vt_setting("CURTIN_EXE");
	if (o->installer || set)
		return o->installer ? o->installer : set;
	if (!strchr(argv0, '/'))
		return NULL;
	VT_AUTO_FREE char *tools = vt_fs_dirname(argv0);
	const char *path = vt_machine_own(
		&l->vm.machine, vt_fs_join(tools, "../bin/curtin"));
	return vt_fs_exists(path) ? path : NULL;
}

/* By default, the packed command succeeds with exit status 0. */
static int verdict_rules(
	struct launch *l, struct options *o, struct vt_err **err)
{
	if (o->success && vt_pattern_valid(o->success, err) < 0)
		return vt_err_wrap(err, "--success");
	for (size_t i = 0; i < o->failures.n; i++)
		if (vt_pattern_valid(o->failures.v[i], err) < 0)
			return vt_err_wrap(err, "--failure");
	l->vm.verdict.success = o->success;
	if (!o->success && l->command.n)
		l->vm.verdict.success = "^vt-pack: .*: exit status 0$";
	move(&l->vm.verdict.failure, &o->failures);
	return 0;
}

static int by_hand(struct launch *l, struct options *o, const char *argv0,
	struct vt_err **err)
{
	struct vt_machine *m = &l->vm.machine;
	m->name = "launch";
	if (vt_machine_from_options(m, &o->machine, err) < 0)
		return -1;
	m->kernel = o->kernel;
	m->initrd = o->initrd;
	l->serial_log = vt_machine_log(&o->machine, "serial.log");
	l->user_data = o->user_data;
	l->meta_data = o->meta_data;
	l->installer = find_installer(l, o, argv0);
	l->power = o->power ? o->power : m->interactive ? "on" : "off";
	l->install_deps = !o->no_install_deps;
	l->proxies = !o->no_proxy_config;
	move(&l->adds, &o->adds);
	move(&l->command, &l->operands);
	if (l->command.n && !l->installer && !l->user_data)
		return vt_err_set(err, VT_USAGE,
			"no installer provides command '%s': use --installer "
			"PATH or VT_CURTIN_EXE",
			l->command.v[0]);
	kernel_args(m, o);
	boot_image(l, o);
	if (verdict_rules(l, o, err) < 0)
		return -1;
	l->own_disk = o->disks.n == 0;
	if (l->own_disk)
		vt_strv_add(&o->disks, "disk1.img");
	return disks_and_files(&l->vm, o, err);
}

/* Options with a test's directory. */
static int check(const struct options *o, struct vt_err **err)
{
	static const char *const template[] = {"template", NULL};
	const char *given =
		o->template ? vt_cli_given(&cli, o, template) : NULL;
	if (given)
		return vt_err_set(err, VT_USAGE,
			"--template cannot be used with --%s", given);
	return o->template
		       ? 0
		       : vt_machine_check_options(&cli, o, &o->machine, err);
}

int options_parse(int argc, char **argv, struct launch *l, struct vt_err **err)
{
	__attribute__((cleanup(free_options))) struct options o = {0};
	int rc = vt_cli_parse(&cli, argc, argv, &o, &l->operands, err);
	if (rc != 0)
		return rc;
	l->dry_run = o.machine.dry_run;
	if (o.kernel || o.boot_image)
		return by_hand(l, &o, argv[0], err);
	if (l->operands.n != 1)
		return vt_err_set(err, VT_USAGE,
			"either one test directory or --kernel or --boot-image "
			"is needed (try 'vt-launch --help')");
	if (check(&o, err) < 0)
		return -1;
	l->template = o.template;
	l->console = o.machine.console;
	l->session.login = o.machine.login;
	l->session.vnc = o.machine.vnc;
	l->dir = l->operands.v[0];
	return 0;
}
