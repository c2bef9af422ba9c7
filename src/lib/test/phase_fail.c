#include "test/phase_fail.h"

#include "base/log.h"
#include "test/phase_dir.h"

int vt_phase_fail(const char *dir, const char *phase, const struct vt_err *err)
{
	VT_AUTO_ERR struct vt_err *late = NULL;
	struct vt_phase_note note = {
		.dir = dir,
		.phase = phase,
		.outcome = "host-fault",
		.started = time(NULL),
		.failure = err,
	};
	vt_log_err(err);
	if (vt_phase_note_write(&note, &late) < 0)
		vt_log_err(late);
	else
		vt_phase_hand_over(dir, phase);
	return (int)err->status;
}
