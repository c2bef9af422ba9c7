#include "launch.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/tmp.h"

void launch_free(struct launch *l)
{
	vt_http_free(l->http);
	vt_webhook_free(l->webhook);
	vt_strv_free(&l->adds);
	vt_strv_free(&l->command);
	vt_strv_free(&l->made);
	vt_strv_free(&l->operands);
	vt_vm_free(&l->vm);
	vt_tmp_discard(&l->seed);
	vt_tmp_discard(&l->disk);
	vt_tmp_discard(&l->overlay);
}

/* Prepare and run the guest until its end. */
static int run(struct launch *l, struct vt_err **err)
{
	const struct vt_machine *m = &l->vm.machine;
	struct vt_phase *p = &l->phase;
	if (l->dir && vt_vm_read(&l->vm, l->dir, "install/vm.yaml", err) < 0)
		return -1;
	p->test = m->name;
	p->expected_failure = l->vm.expected_failure;
	p->forgive = l->vm.forgive;
	vt_log_context(m->name);
	VT_AUTO_FREE char *log =
		l->dir ? vt_phase_serial_log(p) : vt_strdup(l->serial_log);
	if (launch_check_files(l, err) < 0)
		return -1;
	if (l->dir && vt_phase_fetch(p))
		return 0;
	/* in this order: the iSCSI server needs the disks, and the user-data
	 * that is served contains its address */
	if (launch_make_disks(l, err) < 0 || launch_iscsi(l, err) < 0 ||
		launch_serve(l, err) < 0)
		return -1;
	struct vt_watch watch = launch_watch(l);
	return vt_phase_run(p, &l->vm, log, &watch, err);
}

static int dry_run(struct launch *l, struct vt_err **err)
{
	const struct vt_machine *m = &l->vm.machine;
	if (l->dir && vt_vm_read(&l->vm, l->dir, "install/vm.yaml", err) < 0)
		return -1;
	if (launch_serve(l, err) < 0)
		return -1;
	return vt_machine_show(m, err);
}

int launch(struct launch *l)
{
	struct vt_phase *p = &l->phase;
	struct vt_err *err = NULL;
	if (l->dry_run || vt_phase_begin(p, l->dir, "install", &err) < 0) {
		if (l->dry_run)
			dry_run(l, &err);
		VT_AUTO_ERR struct vt_err *owned = err;
		return vt_cli_end(owned);
	}
	if (run(l, &err) < 0)
		vt_phase_fault(p, err);
	else if (!p->cache.since)
		launch_verdict(l);
	launch_iscsi_stop(l);
	/* a partial installation is useless, and the disk may be full */
	if (l->dir && vt_outcome_unfinished(p->outcome))
		launch_drop_disks(l);
	return vt_phase_end(p);
}

/* The URL has to be as long as that of the install phase. */
static int template(struct launch *l, struct vt_err **err)
{
	if (vt_vm_read(&l->vm, l->dir, "install/vm.yaml", err) < 0)
		return -1;
	vt_log_context(l->vm.machine.name);
	if (launch_check_files(l, err) < 0 ||
		launch_serve_texts(l, "", "", err) < 0)
		return -1;
	return vt_phase_template(&l->phase, &l->vm, err);
}

int launch_template(struct launch *l)
{
	struct vt_err *err = NULL;
	struct vt_phase *p = &l->phase;
	if (vt_phase_begin(p, NULL, "template", &err) < 0) {
		VT_AUTO_ERR struct vt_err *owned = err;
		return vt_cli_end(owned);
	}
	if (template(l, &err) < 0 && !p->signal)
		vt_phase_fault(p, err);
	return vt_phase_end(p);
}
