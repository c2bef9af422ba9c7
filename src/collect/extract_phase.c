#include "extract_phase.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/proc.h"
#include "collect.h"
#include "test/phase_dir.h"
#include "test/phase_report.h"
#include "test/runlog.h"
#include "test/vm_file.h"

/* Whether nothing was booted, or what was booted failed, without being a
 * failure of the test so far. */
static bool nothing_to_do(const struct vt_vm *vm, const char *dir)
{
	return vm->expected_failure ||
	       (vm->forgive && (vt_phase_failed(dir, "install") ||
				       vt_phase_failed(dir, "boot")));
}

/* Return: 0; 1: nothing to extract; -1 */
static int extract(const char *dir, struct vt_vm *vm, struct vt_err **err)
{
	VT_AUTO_FREE char *machine = vt_fs_join(dir, "boot/vm.yaml");
	VT_AUTO_FREE char *fallback = vt_fs_join(dir, "boot/output_disk.img");
	VT_AUTO_FREE char *out = vt_fs_join(dir, "collect");
	if (vt_fs_exists(machine) &&
		vt_vm_read(vm, dir, "boot/vm.yaml", err) < 0)
		return -1;
	const char *disk = vm->machine.output.path;
	vt_log_context(vm->machine.name);
	if (nothing_to_do(vm, dir))
		return 1;
	if (!disk)
		disk = fallback;
	if (!vt_fs_exists(disk))
		return vt_err_set(err, VT_USAGE,
			"output disk '%s' does not exist: run 'vt-xkvm %s' "
			"first",
			disk, dir);
	struct collect_job job = {.disk = disk, .out = out, .replace = true};
	return collect_run(&job, err);
}

/* Write logs/collect.json and a line of the run log. */
static int report(struct vt_phase_report *r, const char *dir,
	const struct vt_err *failure, struct vt_err **err)
{
	r->exit = (long)vt_err_status(failure);
	r->outcome = failure ? "failed" : "extracted";
	r->cause = failure ? failure->msg : NULL;
	vt_runlog_end(
		dir, r->phase, (int)r->exit, (double)r->ms / 1000, r->cause);
	return vt_phase_report_save(r, dir, err);
}

static int run(const char *dir, struct vt_err **err)
{
	VT_AUTO_VM struct vt_vm vm = VT_VM_INIT;
	VT_AUTO_ERR struct vt_err *late = NULL;
	char started[VT_CLOCK_STAMP];
	uint64_t from_ms = vt_now_ms();
	struct vt_phase_report r = {
		.phase = "collect",
		.started = vt_clock_stamp(started, vt_clock_now()),
	};
	int rc = extract(dir, &vm, err);
	if (rc == 1)
		return vt_phase_stamp(dir, "collect", "nothing to do", err);
	r.ms = vt_now_ms() - from_ms;
	/* without a valid vm.yaml the test's name is unknown */
	r.test = vm.doc ? vm.machine.name : NULL;
	if (report(&r, dir, rc < 0 ? *err : NULL, rc < 0 ? &late : err) < 0)
		rc = -1;
	vt_log_err(late);
	if (rc == 0)
		return vt_phase_stamp(dir, "collect", "passed", err);
	if (!vm.forgive || vt_err_status(*err) != VT_FAILED)
		return -1;
	vt_log_info("failed, skipped by date: %s", (*err)->msg);
	vt_err_free(*err);
	*err = NULL;
	return vt_phase_stamp(dir, "collect", "failed, skipped by date", err);
}

int collect_phase(const char *dir)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_CLOSE int lock = vt_phase_lock(dir, &err);
	if (lock < 0)
		return vt_cli_end(err);
	if (vt_phase_clear(dir, "collect", &err) == 0 && run(dir, &err) == 0)
		return VT_OK;
	vt_log_err(err);
	vt_phase_hand_over(dir, "collect");
	return (int)vt_err_status(err);
}
