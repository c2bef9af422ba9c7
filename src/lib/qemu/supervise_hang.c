/* A guest that hangs: notices it, and has it examined before it is ended. */
#include "base/log.h"
#include "base/mem.h"
#include "qemu/supervise_run.h"

/* Most of one processor, for a guest that is emulated and has nothing to do. */
enum { BUSY_PERCENT = 50 };

static char *describe(const struct vt_run_state *r)
{
	const struct vt_autopsy *a = &r->s->autopsy;
	const char *last = vt_console_last(r->s->console);
	const char *cpus = a->percent < 0 ? ""
			   : a->percent >= BUSY_PERCENT
				   ? ", its processors were busy"
				   : ", its processors were idle";
	return vt_printf("the guest hung: no output and no disk activity for "
			 "%llu s%s; last line on the console: %s",
		(unsigned long long)a->silence_ms / 1000, cpus,
		*last ? last : "none");
}

static void examine(struct vt_run_state *r)
{
	struct vt_supervise *s = r->s;
	s->autopsy.silence_ms = vt_hang_silence_ms(&r->hang);
	s->autopsy.percent = vt_hang_percent(&r->hang);
	VT_AUTO_FREE char *cause = describe(r);
	vt_log_debug("%s", cause);
	vt_run_fire(r, VT_EV_HUNG, cause);
	if (r->state != VT_ST_AUTOPSY)
		return;
	vt_console_examine(s->console,
		"the guest hung; what follows are answers to sysrq");
	r->autopsy = (struct vt_autopsy_run){
		.a = &s->autopsy, .qmp = r->qmp, .serial = &s->sockets->serial};
	vt_autopsy_begin(&r->autopsy);
	vt_run_timer(r, VT_TIMER_AUTOPSY, VT_AUTOPSY_TICK_MS);
}

void vt_run_hang_timer(struct vt_run_state *r)
{
	if (r->state != VT_ST_RUN)
		return;
	if (vt_hang_check(&r->hang))
		examine(r);
	else
		vt_run_timer(r, VT_TIMER_HANG, vt_hang_check_ms(&r->hang));
}

void vt_run_autopsy_timer(struct vt_run_state *r)
{
	if (r->state != VT_ST_AUTOPSY)
		return;
	if (vt_autopsy_step(&r->autopsy))
		vt_run_fire(r, VT_EV_EXAMINED, NULL);
	else
		vt_run_timer(r, VT_TIMER_AUTOPSY, VT_AUTOPSY_TICK_MS);
}
