/* The supervisor's table: whatever the order of events, QEMU is reaped, and
 * the outcome is the one that counts. */
#include "qemu/halt.h"
#include "qemu/supervise_table.h"

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

/* What QEMU's monitor prints for one processor and for two. */
static void halts(void)
{
#define CPU(flags, hlt)                                                        \
	"CPU#0\r\nRAX=1 RBX=0\r\nRIP=ffffffff81 RFL=" flags                    \
	" [---Z-P-] CPL=0 II=0 A20=1 SMM=0 HLT=" hlt "\r\nES =0000 0 0 0\r\n"
	ok(vt_halt_registers(CPU("00000046", "1")), "halted for good");
	ok(!vt_halt_registers(CPU("00000246", "1")), "idle: interrupts on");
	ok(!vt_halt_registers(CPU("00000046", "0")), "at work");
	ok(vt_halt_registers(CPU("00000046", "1") CPU("00000002", "1")),
		"two, both halted");
	ok(!vt_halt_registers(CPU("00000046", "1") CPU("00000202", "1")),
		"two, one idle");
	ok(!vt_halt_registers("") && !vt_halt_registers("PC=0 PSTATE=4 HLT=1"),
		"another kind of processor: nothing is known");
#undef CPU
}

int main(void)
{
	halts();
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
	struct vt_cell leave = vt_supervise_cell(VT_ST_RUN, VT_EV_LEAVE);
	ok(leave.next == VT_ST_QUIT && leave.outcome == VT_OUT_POWEROFF,
		"a person who leaves pulls the plug");
	ok(vt_state_limit_ms(VT_ST_QUIT) + vt_state_limit_ms(VT_ST_TERM) < 3000,
		"the ladder is climbed in less than 3 s");
	/* a second until an incomplete line is looked at comes first */
	ok(1000 + vt_state_limit_ms(VT_ST_LINGER) +
				vt_state_limit_ms(VT_ST_QUIT) +
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
	is_int(vt_outcome_status(VT_OUT_HALTED), VT_FAILED, "halted");
	is_int(vt_outcome_status(VT_OUT_TIMEOUT), VT_TIMEOUT, "timeout");
	is_int(vt_outcome_status(VT_OUT_QEMU_DIED), VT_HOST, "qemu-died");
	is_int(vt_outcome_status(VT_OUT_NONE), VT_HOST, "none is no success");
	return done_testing();
}
