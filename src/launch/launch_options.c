#include "launch_options.h"

#include <stddef.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/settings.h"
#include "qemu/spec.h"

/* As written; what it means is worked out below. */
struct words {
	const char *kernel, *initrd, *boot_image, *root_arg, *user_data,
		*meta_data, *installer, *power, *success;
	struct vt_strv appends, disks, publishes, adds, failures;
	bool no_install_deps, no_proxy_config;
	struct vt_machine_words machine;
};

#define AT(field) offsetof(struct words, field)
static const struct vt_opt opts[] = {
	{"kernel", 'k', "FILE", VT_OPT_STR, AT(kernel), "boot this kernel"},
	{"initrd", 'i', "FILE", VT_OPT_STR, AT(initrd),
		"with this initial RAM disk"},
	{"append", 'a', "ARG", VT_OPT_STRV, AT(appends),
		"add to the kernel command line"},
	{"root-arg", 0, "ARG", VT_OPT_STR, AT(root_arg),
		"what tells the kernel its root, by default the boot image by "
		"its serial; empty for none"},
	{"boot-image", 0, "FILE", VT_OPT_STR, AT(boot_image),
		"attach FILE as the disk with serial 'boot-disk', on an "
		"overlay; without a kernel the machine boots from it, and the "
		"datasource is a disk instead of the web server"},
	{"disk", 'd', "SPEC", VT_OPT_STRV, AT(disks),
		"add a disk: PATH[:SIZE][:DRIVER][:BSIZE][:DEVOPTS], made when "
		"it is missing (5G, virtio-blk, 512; without any, one that "
		"goes with the machine), or "
		"PATH:SIZE:iscsi:BSIZE:TARGET[:USER:PASSWORD[:USER:PASSWORD]]"},
	{"publish", 'p', "FILE[:NAME]", VT_OPT_STRV, AT(publishes),
		"serve FILE to the guest as PUBURL/NAME"},
	{"user-data", 0, "FILE", VT_OPT_STR, AT(user_data),
		"serve FILE as user-data instead of packing COMMAND"},
	{"meta-data", 0, "FILE", VT_OPT_STR, AT(meta_data),
		"serve FILE as meta-data"},
	{"installer", 0, "PATH", VT_OPT_STR, AT(installer),
		"what to pack for COMMAND; by default the setting CURTIN_EXE, "
		"or bin/curtin of the tree whose tools/ this program is in"},
	{"add", 0, "FILE[:NAME]", VT_OPT_STRV, AT(adds),
		"pack FILE with the installer"},
	{"power", 0, "STATE", VT_OPT_STR, AT(power),
		"what the guest does after COMMAND: off, on or reboot; by "
		"default off, but on where the terminal is its console"},
	{"no-install-deps", 0, NULL, VT_OPT_FLAG, AT(no_install_deps),
		"do not let curtin install what it depends on"},
	{"no-proxy-config", 0, NULL, VT_OPT_FLAG, AT(no_proxy_config),
		"do not tell curtin this host's http_proxy, https_proxy and "
		"no_proxy"},
	{"success", 0, "ERE", VT_OPT_STR, AT(success),
		"fail unless a line of the console matches"},
	{"failure", 0, "ERE", VT_OPT_STRV, AT(failures),
		"end the guest and fail when a line matches"},
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
	.shared_at = offsetof(struct words, machine),
	.more = "DIR is the directory of one test: install/vm.yaml there "
		"describes the machine.\nCOMMAND is packed by vt-pack and run "
		"by the guest's cloud-init; PUBURL in it stands\nfor the "
		"address of the published files.",
};

static void free_words(struct words *w)
{
	vt_strv_free(&w->appends);
	vt_strv_free(&w->disks);
	vt_strv_free(&w->publishes);
	vt_machine_words_free(&w->machine);
	vt_strv_free(&w->adds);
	vt_strv_free(&w->failures);
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
	struct vt_vm *vm, const struct words *w, struct vt_err **err)
{
	for (size_t i = 0; i < w->disks.n; i++)
		if (vt_spec_disk(&vm->machine, w->disks.v[i], err) < 0)
			return -1;
	for (size_t i = 0; i < w->publishes.n; i++)
		if (publish(vm, w->publishes.v[i], err) < 0)
			return -1;
	return 0;
}

/* root=... console=... and what was appended. */
static void kernel_args(struct vt_machine *m, const struct words *w)
{
	struct vt_str s = VT_STR_INIT;
	const char *root = w->root_arg;
	if (!root && w->boot_image)
		root = "root=/dev/disk/by-id/virtio-boot-disk";
	if (root && *root)
		vt_str_addf(&s, "%s ", root);
	vt_str_addf(&s, "console=%s", m->arch->console);
	for (size_t i = 0; i < w->appends.n; i++)
		vt_str_addf(&s, " %s", w->appends.v[i]);
	m->append = vt_machine_own(m, vt_str_take(&s));
}

static void boot_image(struct launch *l, const struct words *w)
{
	if (!w->boot_image)
		return;
	l->boot_image = w->boot_image;
	l->seeded = !w->kernel;
	l->vm.machine.image = (struct vt_disk){.path = w->boot_image,
		.format = "raw",
		.driver = vt_disk_driver("virtio-blk"),
		.serial = "boot-disk",
		.read_only = true};
}

/* A link to us in an installer's tools/ finds the installer beside that. */
static const char *find_installer(
	struct launch *l, const struct words *w, const char *argv0)
{
	const char *set = vt_setting("CURTIN_EXE");
	if (w->installer || set)
		return w->installer ? w->installer : set;
	if (!strchr(argv0, '/'))
		return NULL;
	VT_AUTO_FREE char *tools = vt_fs_dirname(argv0);
	const char *path = vt_machine_own(
		&l->vm.machine, vt_fs_join(tools, "../bin/curtin"));
	return vt_fs_exists(path) ? path : NULL;
}

/* Without a verdict of the user's own, the packed command's end decides. */
static void verdict_rules(struct launch *l, struct words *w)
{
	l->vm.verdict.success = w->success;
	if (!w->success && l->command.n)
		l->vm.verdict.success = "^vt-pack: .*: exit status 0$";
	move(&l->vm.verdict.failure, &w->failures);
}

static int by_hand(struct launch *l, struct words *w, const char *argv0,
	struct vt_err **err)
{
	struct vt_machine *m = &l->vm.machine;
	m->name = "launch";
	if (vt_machine_by_hand(m, &w->machine, err) < 0)
		return -1;
	m->kernel = w->kernel;
	m->initrd = w->initrd;
	l->serial_log = vt_machine_log(&w->machine, "serial.log");
	l->user_data = w->user_data;
	l->meta_data = w->meta_data;
	l->installer = find_installer(l, w, argv0);
	l->power = w->power ? w->power : m->interactive ? "on" : "off";
	l->install_deps = !w->no_install_deps;
	l->proxies = !w->no_proxy_config;
	move(&l->adds, &w->adds);
	move(&l->command, &l->operands);
	if (l->command.n && !l->installer && !l->user_data)
		return vt_err_set(err, VT_USAGE,
			"what provides '%s'? (--installer PATH, or "
			"VT_CURTIN_EXE)",
			l->command.v[0]);
	kernel_args(m, w);
	boot_image(l, w);
	verdict_rules(l, w);
	l->own_disk = w->disks.n == 0;
	if (l->own_disk)
		vt_strv_add(&w->disks, "disk1.img");
	return disks_and_files(&l->vm, w, err);
}

int options_parse(int argc, char **argv, struct launch *l, struct vt_err **err)
{
	__attribute__((cleanup(free_words))) struct words w = {0};
	int rc = vt_cli_parse(&cli, argc, argv, &w, &l->operands, err);
	if (rc != 0)
		return rc;
	l->dry_run = w.machine.dry_run;
	bool hand = w.kernel || w.boot_image;
	if (hand)
		return by_hand(l, &w, argv[0], err);
	if (l->operands.n != 1)
		return vt_err_set(err, VT_USAGE,
			"either one test directory or --kernel or --boot-image "
			"is needed (try 'vt-launch --help')");
	if (vt_machine_in_test(&cli, &w, &w.machine, err) < 0)
		return -1;
	l->console = w.machine.console;
	l->session.login = w.machine.login;
	l->session.vnc = w.machine.vnc;
	l->dir = l->operands.v[0];
	return 0;
}
