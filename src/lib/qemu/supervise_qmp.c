/* Turns QMP events into events of the supervisor: QEMU is ready, the guest
 * ended, the host cannot read or write a disk image. */
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "data/json.h"
#include "qemu/supervise_run.h"

static void io_error(struct vt_run_state *r, const json_t *data)
{
	const char *action = vt_json_str(data, "action");
	const char *node = vt_json_str(data, "node-name");
	const char *op = vt_json_str(data, "operation");
	const char *reason = vt_json_str(data, "reason");
	bool full = json_is_true(json_object_get(data, "nospace"));
	VT_AUTO_FREE char *cause = vt_printf(
		"the host failed to %s disk image '%s': %s%s", op ? op : "use",
		node ? node : "?", reason ? reason : "?",
		full ? ": free some disk space and run it again" : "");
	if (action && !strcmp(action, "stop"))
		vt_run_fire(r, VT_EV_FAULT, cause);
	else
		vt_log_warn("%s", cause);
}

static void shutdown_event(struct vt_run_state *r, const json_t *data)
{
	static const struct {
		const char *reason;
		enum vt_event event;
		const char *cause;
	} reasons[] = {
		{"guest-shutdown", VT_EV_POWEROFF, NULL},
		{"guest-reset", VT_EV_RESET,
			"the guest rebooted instead of powering off"},
		{"subsystem-reset", VT_EV_RESET,
			"the guest rebooted instead of powering off"},
		{"guest-panic", VT_EV_PANICKED, "the guest's kernel panicked"},
		{"host-signal", VT_EV_STOPPED,
			"a process other than vt sent QEMU a signal"},
		{"host-error", VT_EV_STOPPED,
			"QEMU stopped the guest because of an error"},
	};
	const char *reason = vt_json_str(data, "reason");
	for (size_t i = 0; reason && i < VT_COUNT(reasons); i++)
		if (!strcmp(reason, reasons[i].reason))
			vt_run_fire(r, reasons[i].event, reasons[i].cause);
}

/* The guest runs. */
static void begin(struct vt_run_state *r)
{
	r->halt = vt_halt_new(r->qmp, r->qemu.pid);
	vt_run_timer(r, VT_TIMER_HALT, VT_HALT_CHECK_MS);
	vt_hang_begin(&r->hang, r->qmp, r->qemu.pid);
	vt_run_timer(r, VT_TIMER_HANG, vt_hang_check_ms(&r->hang));
	vt_run_fire(r, VT_EV_READY, NULL);
}

void vt_run_qmp(struct vt_run_state *r)
{
	struct vt_err *err = NULL;
	if (vt_qmp_pump(r->qmp, &err) < 0)
		vt_run_fault(r, err);
	if (vt_qmp_ready(r->qmp) && r->state == VT_ST_START) {
		r->s->power_on_ms = vt_run_elapsed(r);
		if (vt_run_warm_ready(r))
			begin(r);
	}
	for (json_t *ev; (ev = vt_qmp_event(r->qmp)); json_decref(ev)) {
		const char *name = vt_json_str(ev, "event");
		const json_t *data = json_object_get(ev, "data");
		/* the guest printed it before the event: process it first */
		vt_run_drain(r);
		vt_log_debug("QEMU: %s", name ? name : "?");
		if (!name)
			continue;
		vt_autopsy_event(&r->autopsy, name, data);
		if (!strcmp(name, "SHUTDOWN"))
			shutdown_event(r, data);
		else if (!strcmp(name, "RESET"))
			vt_console_restarted(r->s->console);
		else if (!strcmp(name, "GUEST_PANICKED"))
			vt_run_fire(r, VT_EV_PANICKED,
				"the guest's kernel panicked");
		else if (!strcmp(name, "BLOCK_IO_ERROR"))
			io_error(r, data);
	}
}
