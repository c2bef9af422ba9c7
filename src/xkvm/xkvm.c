#include "xkvm.h"

#include <string.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/opt.h"
#include "image/vmdisk.h"
#include "qemu/nvram.h"
#include "test/phase_report.h"

void xkvm_free(struct xkvm *x)
{
	vt_vm_free(&x->vm);
	vt_strv_free(&x->made);
	vt_strv_free(&x->operands);
}

/* Prepare and run the guest until its end. */
static int run(struct xkvm *x, struct vt_err **err)
{
	const struct vt_machine *m = &x->vm.machine;
	struct vt_phase *p = &x->phase;
	if (x->dir && vt_vm_read(&x->vm, x->dir, "boot/vm.yaml", err) < 0)
		return -1;
	p->test = m->name;
	p->forgive = x->vm.forgive;
	vt_log_context(m->name);
	/* whether the installer failed, as it must, is for vt-verify to say */
	if (x->dir && x->vm.expected_failure) {
		vt_phase_skip(p, "the test is of an installer that must fail");
		return 0;
	}
	if (x->dir && x->vm.forgive && vt_phase_failed(x->dir, "install")) {
		vt_phase_skip(p, "the installation failed");
		return 0;
	}
	if (x->dir && vt_phase_fetch(p))
		return 0;
	VT_AUTO_FREE char *log =
		x->dir ? vt_phase_serial_log(p) : vt_strdup(x->serial_log);
	if ((x->dir ? xkvm_make_disks(x, err)
		    : vt_nvram_make(m, false, NULL, err)) < 0)
		return -1;
	if (x->dir)
		xkvm_use_disks(x);
	if (xkvm_iscsi(x, err) < 0)
		return -1;
	return vt_phase_run(p, &x->vm, log, NULL, err);
}

static int dry_run(struct xkvm *x, struct vt_err **err)
{
	const struct vt_machine *m = &x->vm.machine;
	if (x->dir && vt_vm_read(&x->vm, x->dir, "boot/vm.yaml", err) < 0)
		return -1;
	if (x->dir)
		xkvm_use_disks(x);
	return vt_machine_show(m, err);
}

int xkvm(struct xkvm *x)
{
	struct vt_phase *p = &x->phase;
	struct vt_err *err = NULL;
	if (x->dry_run || vt_phase_begin(p, x->dir, "boot", &err) < 0) {
		if (x->dry_run)
			dry_run(x, &err);
		VT_AUTO_ERR struct vt_err *owned = err;
		return vt_cli_end(owned);
	}
	if (run(x, &err) < 0)
		vt_phase_fault(p, err);
	vt_iscsi_stop(&x->iscsi);
	/* the disk may be full */
	if (vt_outcome_unfinished(p->outcome))
		xkvm_drop_disks(x);
	return vt_phase_end(p);
}
