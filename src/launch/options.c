#include "options.h"

#include <stddef.h>
#include <string.h>

#include "fs.h"
#include "machine_spec.h"
#include "mem.h"
#include "opt.h"
#include "settings.h"

/* As written; what it means is worked out below. */
struct words {
	const char *kernel, *initrd, *boot_image, *root_arg, *serial_log,
		*user_data, *meta_data, *installer, *accel, *success, *nvram;
	struct vt_strv appends, disks, publishes, netdevs, adds, failures;
	long mem_mib, cpus, timeout_s;
	bool uefi, dry_run;
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
		"attach FILE as the disk with serial 'boot-disk'; without a "
		"kernel the machine boots from it; FILE is not changed"},
	{"disk", 'd', "SPEC", VT_OPT_STRV, AT(disks),
		"add a disk: PATH[:SIZE][:DRIVER][:BSIZE][:DEVOPTS], made when "
		"it is missing (5G, virtio-blk, 512)"},
	{"publish", 'p', "FILE[:NAME]", VT_OPT_STRV, AT(publishes),
		"serve FILE to the guest as PUBURL/NAME"},
	{"netdev", 'n', "SPEC", VT_OPT_STRV, AT(netdevs),
		"add a network device: user[,mac=MAC][,model=DEVICE]"},
	{"mem", 0, "MIB", VT_OPT_INT, AT(mem_mib), "memory of the guest"},
	{"smp", 's', "N", VT_OPT_INT, AT(cpus), "processors of the guest"},
	{"uefi", 0, NULL, VT_OPT_FLAG, AT(uefi), "boot with UEFI firmware"},
	{"uefi-nvram", 0, "FILE", VT_OPT_STR, AT(nvram),
		"and keep its variables in FILE"},
	{"accel", 0, "NAME", VT_OPT_STR, AT(accel), "kvm, tcg or auto"},
	{"timeout", 0, "SECONDS", VT_OPT_INT, AT(timeout_s),
		"give up after that time, which is scaled under TCG"},
	{"serial-log", 0, "FILE", VT_OPT_STR, AT(serial_log),
		"write the guest's console to FILE (serial.log), '-' for "
		"standard output"},
	{"user-data", 0, "FILE", VT_OPT_STR, AT(user_data),
		"serve FILE as user-data instead of packing COMMAND"},
	{"meta-data", 0, "FILE", VT_OPT_STR, AT(meta_data),
		"serve FILE as meta-data"},
	{"installer", 0, "PATH", VT_OPT_STR, AT(installer),
		"what to pack for COMMAND; curtin's setting by default"},
	{"add", 0, "FILE[:NAME]", VT_OPT_STRV, AT(adds),
		"pack FILE with the installer"},
	{"success", 0, "ERE", VT_OPT_STR, AT(success),
		"fail unless a line of the console matches"},
	{"failure", 0, "ERE", VT_OPT_STRV, AT(failures),
		"end the guest and fail when a line matches"},
	{"dry-run", 0, NULL, VT_OPT_FLAG, AT(dry_run),
		"print the command that would be run, and touch nothing"},
};

static const struct vt_cli cli = {
	.prog = "vt-launch",
	.usage = "DIR\n"
		 "[OPTION]... [--kernel FILE | --boot-image FILE] "
		 "[--] [COMMAND [ARG]...]",
	.about = "boot an ephemeral system in a virtual machine and let it "
		 "run an installer",
	VT_CLI_OPTS(opts),
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
	vt_strv_free(&w->netdevs);
	vt_strv_free(&w->adds);
	vt_strv_free(&w->failures);
}

static void move(struct vt_strv *to, struct vt_strv *from)
{
	*to = *from;
	*from = (struct vt_strv)VT_STRV_INIT;
}

static int each(struct vt_machine *m, const struct vt_strv *specs,
	int (*add)(struct vt_machine *, const char *, struct vt_err **),
	struct vt_err **err)
{
	for (size_t i = 0; i < specs->n; i++)
		if (add(m, specs->v[i], err) < 0)
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
	struct vt_disk *d = &l->machine.image;
	if (!w->boot_image)
		return;
	*d = (struct vt_disk){.path = w->boot_image,
		.format = "raw",
		.driver = vt_disk_driver("virtio-blk"),
		.serial = "boot-disk",
		.read_only = true};
	l->boot_image = w->kernel ? NULL : w->boot_image;
}

/* Without a verdict of the user's own, the packed command's end decides. */
static void verdict_rules(struct launch *l, struct words *w)
{
	l->machine.success = w->success;
	if (!w->success && l->command.n)
		l->machine.success = "^vt-pack: .*: exit status 0$";
	move(&l->machine.failure, &w->failures);
}

static int by_hand(struct launch *l, struct words *w, struct vt_strv *operands,
	struct vt_err **err)
{
	struct vt_machine *m = &l->machine;
	m->test = "launch";
	m->phase = "install";
	m->arch = vt_arch_host();
	if (!m->arch)
		return vt_err_set(
			err, VT_HOST, "this kind of host is not known");
	const char *accel = w->accel ? w->accel : vt_setting("ACCEL");
	if (vt_accel_parse(accel, &m->accel, err) < 0)
		return -1;
	m->mem_mib = w->mem_mib ? w->mem_mib : m->mem_mib;
	m->cpus = w->cpus ? w->cpus : m->cpus;
	m->timeout_s = w->timeout_s;
	m->kernel = w->kernel;
	m->initrd = w->initrd;
	m->nvram = w->nvram;
	m->firmware = w->uefi || w->nvram ? VT_FW_UEFI : m->arch->firmware;
	l->serial_log = w->serial_log ? w->serial_log : "serial.log";
	l->user_data = w->user_data;
	l->meta_data = w->meta_data;
	l->installer = w->installer ? w->installer : vt_setting("CURTIN_EXE");
	l->dry_run = w->dry_run;
	move(&l->adds, &w->adds);
	move(&l->command, operands);
	if (l->command.n && !l->installer && !l->user_data)
		return vt_err_set(err, VT_USAGE,
			"what provides '%s'? (--installer PATH, or "
			"VT_CURTIN_EXE)",
			l->command.v[0]);
	kernel_args(m, w);
	boot_image(l, w);
	verdict_rules(l, w);
	if (!w->netdevs.n)
		vt_machine_add_nic(m);
	if (each(m, &w->disks, vt_spec_disk, err) < 0 ||
		each(m, &w->netdevs, vt_spec_netdev, err) < 0)
		return -1;
	return each(m, &w->publishes, vt_spec_publish, err);
}

int options_parse(int argc, char **argv, struct launch *l, struct vt_err **err)
{
	__attribute__((cleanup(free_words))) struct words w = {0};
	VT_AUTO_STRV struct vt_strv operands = VT_STRV_INIT;
	int rc = vt_cli_parse(&cli, argc, argv, &w, &operands, err);
	if (rc != 0)
		return rc;
	if (w.kernel || w.boot_image)
		return by_hand(l, &w, &operands, err);
	if (operands.n != 1)
		return vt_err_set(err, VT_USAGE,
			"either one test directory or --kernel or --boot-image "
			"is needed (try 'vt-launch --help')");
	l->dir = vt_machine_own(&l->machine, vt_strdup(operands.v[0]));
	l->dry_run = w.dry_run;
	return 0;
}
