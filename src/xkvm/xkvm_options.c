#include "xkvm_options.h"

#include "base/mem.h"
#include "base/opt.h"

/* The options' values, as written. */
struct options {
	struct vt_strv disks;
	struct vt_machine_options machine;
};

#define AT(field) offsetof(struct options, field)
static const struct vt_opt opts[] = {
	{"disk", 'd', "SPEC", VT_OPT_STRV, AT(disks),
		"add a disk: file=PATH[,driver=D][,format=F][,NAME=VALUE]..., "
		"or just PATH; the machine boots from the first; a disk that "
		"is named again gets one more path"},
};

static const struct vt_cli cli = {
	.prog = "vt-xkvm",
	.usage = "DIR\n"
		 "[OPTION]... --disk SPEC... [-- QEMU-ARG...]",
	.about = "run one virtual machine from disks until it powers off",
	VT_CLI_OPTS(opts),
	.shared = &vt_machine_opts,
	.shared_at = offsetof(struct options, machine),
	.more = "DIR is the directory of a test; boot/vm.yaml in it describes "
		"the machine. The\ninstalled disks are not changed.",
};

static void free_options(struct options *o)
{
	vt_strv_free(&o->disks);
	vt_machine_options_free(&o->machine);
}

static int by_hand(struct xkvm *x, struct options *o,
	const struct vt_strv *args, struct vt_err **err)
{
	struct vt_machine *m = &x->vm.machine;
	m->name = "xkvm";
	if (qemu_args(m, &o->machine, args, err) < 0 ||
		vt_machine_from_options(m, &o->machine, err) < 0)
		return -1;
	x->serial_log = vt_machine_log(&o->machine, "-");
	for (size_t i = 0; i < o->disks.n; i++)
		if (vt_spec_drive(m, o->disks.v[i], err) < 0)
			return -1;
	return 0;
}

int options_parse(int argc, char **argv, struct xkvm *x, struct vt_err **err)
{
	__attribute__((cleanup(free_options))) struct options o = {0};
	struct vt_strv *operands = &x->operands;
	int rc = vt_cli_parse(&cli, argc, argv, &o, operands, err);
	if (rc != 0)
		return rc;
	x->dry_run = o.machine.dry_run;
	if (o.disks.n || (operands->n && operands->v[0][0] == '-'))
		return by_hand(x, &o, operands, err);
	if (operands->n != 1)
		return vt_err_set(err, VT_USAGE,
			"either one test directory or --disk is needed "
			"(try 'vt-xkvm --help')");
	if (vt_machine_check_options(&cli, &o, &o.machine, err) < 0)
		return -1;
	x->console = o.machine.console;
	x->session.login = o.machine.login;
	x->session.vnc = o.machine.vnc;
	x->dir = operands->v[0];
	return 0;
}
