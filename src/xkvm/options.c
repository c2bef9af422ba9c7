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
	const char *serial_log, *accel, *nvram;
	struct vt_strv disks, netdevs;
	long mem_mib, cpus, timeout_s;
	bool uefi, dry_run;
};

#define AT(field) offsetof(struct words, field)
static const struct vt_opt opts[] = {
	{"disk", 'd', "SPEC", VT_OPT_STRV, AT(disks),
		"add a disk: file=PATH[,driver=D][,format=F][,PROPERTY=VALUE]"
		"..., or just PATH; the first is booted from"},
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
		"write the guest's console to FILE instead of standard output"},
	{"dry-run", 0, NULL, VT_OPT_FLAG, AT(dry_run),
		"print the command that would be run, and touch nothing"},
};

static const struct vt_cli cli = {
	.prog = "vt-xkvm",
	.usage = "DIR\n"
		 "[OPTION]... --disk SPEC... [-- QEMU-ARG...]",
	.about = "run one virtual machine from disks until it powers off",
	VT_CLI_OPTS(opts),
	.more = "DIR is the directory of one test: boot/vm.yaml there "
		"describes the machine, whose\ninstalled disks stay as they "
		"are.",
};

static void free_words(struct words *w)
{
	vt_strv_free(&w->disks);
	vt_strv_free(&w->netdevs);
}

static int by_hand(struct xkvm *x, struct words *w, struct vt_strv *qemu_args,
	struct vt_err **err)
{
	struct vt_machine *m = &x->machine;
	m->test = "xkvm";
	m->phase = "boot";
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
	m->nvram = w->nvram;
	m->firmware = w->uefi || w->nvram ? VT_FW_UEFI : m->arch->firmware;
	m->qemu_args = *qemu_args;
	*qemu_args = (struct vt_strv)VT_STRV_INIT;
	x->serial_log = w->serial_log ? w->serial_log : "-";
	for (size_t i = 0; i < w->disks.n; i++)
		if (vt_spec_drive(m, w->disks.v[i], err) < 0)
			return -1;
	for (size_t i = 0; i < w->netdevs.n; i++)
		if (vt_spec_netdev(m, w->netdevs.v[i], err) < 0)
			return -1;
	if (!w->netdevs.n)
		vt_machine_add_nic(m);
	return 0;
}

int options_parse(int argc, char **argv, struct xkvm *x, struct vt_err **err)
{
	__attribute__((cleanup(free_words))) struct words w = {0};
	VT_AUTO_STRV struct vt_strv operands = VT_STRV_INIT;
	int rc = vt_cli_parse(&cli, argc, argv, &w, &operands, err);
	if (rc != 0)
		return rc;
	x->dry_run = w.dry_run;
	if (w.disks.n)
		return by_hand(x, &w, &operands, err);
	if (operands.n != 1)
		return vt_err_set(err, VT_USAGE,
			"either one test directory or --disk is needed "
			"(try 'vt-xkvm --help')");
	x->dir = vt_machine_own(&x->machine, vt_strdup(operands.v[0]));
	return 0;
}
