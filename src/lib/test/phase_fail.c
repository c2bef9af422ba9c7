#include "test/phase_fail.h"

#include "base/clock.h"
#include "base/log.h"
#include "qemu/supervise.h"
#include "test/phase_dir.h"
#include "test/phase_report.h"
#include "test/runlog.h"

int vt_phase_fail(const char *dir, const char *phase, const struct vt_err *err)
{
	VT_AUTO_ERR struct vt_err *late = NULL;
	char now[VT_CLOCK_STAMP];
	struct vt_phase_report r = {
		.phase = phase,
		.exit = (long)err->status,
		.outcome = vt_outcome_name(vt_outcome_of(err->status)),
		.cause = err->msg,
		.started = vt_clock_stamp(now, vt_clock_now()),
	};
	vt_log_err(err);
	vt_runlog_end(dir, phase, (int)err->status, 0, err->msg);
	if (vt_phase_report_save(&r, dir, &late) < 0)
		vt_log_err(late);
	else
		vt_phase_hand_over(dir, phase);
	return (int)err->status;
}
