/* Warm starts in the supervisor: a machine that becomes a template ends when it
 * is saved; one that starts from a template has to answer. */
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "qemu/supervise_run.h"

/* QMP calls wait for QEMU, and so do we: the time is not lost by the host. */
static void waited(struct vt_run_state *r)
{
	r->woken_ms = 0;
}

bool vt_run_warm_ready(struct vt_run_state *r)
{
	struct vt_supervise *s = r->s;
	struct vt_err *err = NULL;
	if (!s->warm || !s->warm->saved)
		return true;
	int rc = vt_warm_start(
		s->warm, r->qmp, r->qemu.pid, s->sockets->channel, &err);
	waited(r);
	if (rc < 0) {
		vt_err_wrap(&err, "cannot start from the template");
		vt_run_fault(r, err);
		return false;
	}
	VT_AUTO_FREE char *text =
		vt_str_replace(s->warm->console, s->warm->url, s->warm->to_url);
	vt_run_lines(r, vt_console_feed(s->console, text, strlen(text),
				vt_run_elapsed(r)));
	vt_run_timer(r, VT_TIMER_WARM, s->warm_ms);
	return true;
}

static void save(struct vt_run_state *r)
{
	struct vt_err *err = NULL;
	/* what it has printed until now belongs to the template */
	int rc = vt_warm_save(r->s->warm, r->qmp, &err);
	waited(r);
	if (rc < 0)
		vt_run_fault(r, err);
	else
		vt_run_fire(r, VT_EV_LEAVE, NULL);
}

bool vt_run_warm_line(struct vt_run_state *r, const char *line)
{
	struct vt_warm *w = r->s->warm;
	if (!w || r->state != VT_ST_RUN)
		return false;
	if (!w->saved && !strcmp(line, VT_WARM_WAITS)) {
		save(r);
		return true;
	}
	if (w->saved && !w->running && !strcmp(line, VT_WARM_RUNS)) {
		vt_log_debug("the guest runs from its template");
		w->running = true;
		vt_run_timer(r, VT_TIMER_WARM, 0);
		return true;
	}
	return false;
}

void vt_run_warm_passed(struct vt_run_state *r)
{
	if (r->s->warm && !r->s->warm->saved)
		vt_run_fire(r, VT_EV_LEAVE, NULL);
}

void vt_run_warm_timer(struct vt_run_state *r)
{
	VT_AUTO_FREE char *cause =
		vt_printf("the guest did not go on from the template within "
			  "%llu s",
			(unsigned long long)r->s->warm_ms / 1000);
	vt_run_fire(r, VT_EV_SILENT, cause);
}
