#include "xkvm_options.h"

#include "base/mem.h"
#include "base/opt.h"

/* As written; what it means is worked out below. */
struct words {
	struct vt_strv disks;
	struct vt_machine_words machine;
};

#define AT(field) offsetof(struct words, field)
static const struct vt_opt opts[] = {
	{"disk", 'd', "SPEC", VT_OPT_STRV, AT(disks),
		"add a disk: file=PATH[,driver=D][,format=F][,NAME=VALUE]..., "
		"or just PATH; the first is booted from; one that is named "
		"again has one more path to it"},
};

static const struct vt_cli cli = {
	.prog = "vt-xkvm",
	.usage = "DIR\n"
		 "[OPTION]... --disk SPEC... [-- QEMU-ARG...]",
	.about = "run one virtual machine from disks until it powers off",
	VT_CLI_OPTS(opts),
	.shared = &vt_machine_opts,
	.shared_at = offsetof(struct words, machine),
	.more = "DIR is the directory of one test: boot/vm.yaml there "
		"describes the machine, whose\ninstalled disks stay as they "
		"are.",
};

static void free_words(struct words *w)
{
	vt_strv_free(&w->disks);
	vt_machine_words_free(&w->machine);
}

static int by_hand(struct xkvm *x, struct words *w, const struct vt_strv *args,
	struct vt_err **err)
{
	struct vt_machine *m = &x->vm.machine;
	m->name = "xkvm";
	if (qemu_args(m, &w->machine, args, err) < 0 ||
		vt_machine_by_hand(m, &w->machine, err) < 0)
		return -1;
	x->serial_log = vt_machine_log(&w->machine, "-");
	for (size_t i = 0; i < w->disks.n; i++)
		if (vt_spec_drive(m, w->disks.v[i], err) < 0)
			return -1;
	return 0;
}

int options_parse(int argc, char **argv, struct xkvm *x, struct vt_err **err)
{
	__attribute__((cleanup(free_words))) struct words w = {0};
	struct vt_strv *operands = &x->operands;
	int rc = vt_cli_parse(&cli, argc, argv, &w, operands, err);
	if (rc != 0)
		return rc;
	x->dry_run = w.machine.dry_run;
	bool hand = w.disks.n || (operands->n && operands->v[0][0] == '-');
	if (hand)
		return by_hand(x, &w, operands, err);
	if (operands->n != 1)
		return vt_err_set(err, VT_USAGE,
			"either one test directory or --disk is needed "
			"(try 'vt-xkvm --help')");
	if (vt_machine_in_test(&cli, &w, &w.machine, err) < 0)
		return -1;
	x->console = w.machine.console;
	x->session.login = w.machine.login;
	x->session.vnc = w.machine.vnc;
	x->dir = operands->v[0];
	return 0;
}
