/* The supervisor's table: whatever the order of events, QEMU is reaped, and
 * the outcome is the one that counts. */
#include "supervise_table.h"

#include "../tap.h"

/* From a state, which others can be reached by these events? */
static bool leads_to(enum vt_state from, const enum vt_event *events, size_t n,
	enum vt_state to)
{
	enum vt_state s = from;
	for (size_t i = 0; i < n && s != to; i++) {
		struct vt_cell c = vt_supervise_cell(s, events[i]);
		s = c.next ? c.next : s;
	}
	return s == to;
}

int main(void)
{
	static const enum vt_event ladder[] = {
		VT_EV_SIGNAL, VT_EV_TIMER, VT_EV_TIMER};
	for (int s = VT_ST_START; s < VT_ST_OVER; s++) {
		enum vt_state state = (enum vt_state)s;
		bool only_exit = true;
		for (int e = 0; e < VT_EVENTS; e++) {
			struct vt_cell c =
				vt_supervise_cell(state, (enum vt_event)e);
			only_exit &=
				(c.next == VT_ST_OVER) == (e == VT_EV_EXIT);
			/* nothing goes back to a running guest */
			if (s > VT_ST_RUN && c.next)
				only_exit &= c.next >= VT_ST_LINGER;
		}
		ok(only_exit, "state %d: over when QEMU has ended, only then",
			s);
		ok(leads_to(state, ladder, 3, VT_ST_KILL),
			"state %d: a signal and time lead to SIGKILL", s);
		bool waits = state == VT_ST_RUN || state == VT_ST_KILL;
		ok((vt_state_limit_ms(state) == 0) == waits, "state %d: %s", s,
			waits ? "no limit" : "a limit");
	}
	ok(vt_state_limit_ms(VT_ST_QUIT) + vt_state_limit_ms(VT_ST_TERM) < 3000,
		"the ladder is climbed in less than 3 s");
	ok(vt_state_limit_ms(VT_ST_LINGER) + vt_state_limit_ms(VT_ST_QUIT) +
				vt_state_limit_ms(VT_ST_TERM) <=
			5000,
		"5 s after a fatal line the guest is gone");
	ok(vt_outcome_outweighs(VT_OUT_PANIC, VT_OUT_REBOOT) &&
			vt_outcome_outweighs(
				VT_OUT_FATAL_LINE, VT_OUT_POWEROFF),
		"what the console said outweighs how it ended");
	ok(!vt_outcome_outweighs(VT_OUT_PANIC, VT_OUT_FATAL_LINE) &&
			!vt_outcome_outweighs(VT_OUT_REBOOT, VT_OUT_POWEROFF),
		"of equals, the first counts");
	for (int o = VT_OUT_POWEROFF; o < VT_OUT_KILLED; o++)
		ok(vt_outcome_outweighs(VT_OUT_KILLED, (enum vt_outcome)o),
			"a signal to us outweighs %s",
			vt_outcome_name((enum vt_outcome)o));
	is_int(vt_outcome_status(VT_OUT_POWEROFF), VT_OK, "poweroff");
	is_int(vt_outcome_status(VT_OUT_REBOOT), VT_FAILED, "reboot");
	is_int(vt_outcome_status(VT_OUT_PANIC), VT_FAILED, "panic");
	is_int(vt_outcome_status(VT_OUT_TIMEOUT), VT_TIMEOUT, "timeout");
	is_int(vt_outcome_status(VT_OUT_QEMU_DIED), VT_HOST, "qemu-died");
	is_int(vt_outcome_status(VT_OUT_NONE), VT_HOST, "none is no success");
	return done_testing();
}
