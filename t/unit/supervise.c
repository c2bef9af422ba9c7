/* The supervisor's table: QEMU is reaped whatever the order of events, and the
 * weightiest outcome counts. Also the detection of a halted guest. */
#include "qemu/halt.h"
#include "qemu/supervise_table.h"

#include "../tap.h"

/* Whether these events lead from one state to another. */
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

/* The monitor's output for one processor and for two. */
static void halts(void)
{
#define CPU(flags, hlt)                                                        \
	"CPU#0\r\nRAX=1 RBX=0\r\nRIP=ffffffff81 RFL=" flags                    \
	" [---Z-P-] CPL=0 II=0 A20=1 SMM=0 HLT=" hlt "\r\nES =0000 0 0 0\r\n"
	ok(vt_halt_registers(CPU("00000046", "1")), "a halted processor");
	ok(!vt_halt_registers(CPU("00000246", "1")),
		"an idle one: interrupts are enabled");
	ok(!vt_halt_registers(CPU("00000046", "0")), "a running one");
	ok(vt_halt_registers(CPU("00000046", "1") CPU("00000002", "1")),
		"two, both halted");
	ok(!vt_halt_registers(CPU("00000046", "1") CPU("00000202", "1")),
		"two, one of them idle");
	ok(!vt_halt_registers("") && !vt_halt_registers("PC=0 PSTATE=4 HLT=1"),
		"another architecture: not detected");
#undef CPU
}

int main(void)
{
	halts();
	static const enum vt_event stop[] = {
		VT_EV_SIGNAL, VT_EV_TIMER, VT_EV_TIMER};
	for (int s = VT_ST_START; s < VT_ST_OVER; s++) {
		enum vt_state state = (enum vt_state)s;
		bool only_exit = true;
		for (int e = 0; e < VT_EVENTS; e++) {
			struct vt_cell c =
				vt_supervise_cell(state, (enum vt_event)e);
			only_exit &=
				(c.next == VT_ST_OVER) == (e == VT_EV_EXIT);
			/* no event leads back to a running guest */
			if (s > VT_ST_RUN && c.next)
				only_exit &= c.next >= VT_ST_LINGER;
		}
		ok(only_exit, "state %d: only QEMU's exit leads to its end", s);
		ok(leads_to(state, stop, 3, VT_ST_KILL),
			"state %d: a signal and two timeouts lead to SIGKILL",
			s);
		bool waits = state == VT_ST_RUN || state == VT_ST_KILL;
		ok((vt_state_limit_ms(state) == 0) == waits, "state %d: %s", s,
			waits ? "no limit" : "a limit");
	}
	struct vt_cell leave = vt_supervise_cell(VT_ST_RUN, VT_EV_LEAVE);
	ok(leave.next == VT_ST_QUIT && leave.outcome == VT_OUT_POWEROFF,
		"a user who leaves powers the guest off");
	struct vt_cell hung = vt_supervise_cell(VT_ST_RUN, VT_EV_HUNG);
	ok(hung.next == VT_ST_AUTOPSY && hung.outcome == VT_OUT_HUNG,
		"a guest that hangs is examined");
	ok(vt_supervise_cell(VT_ST_AUTOPSY, VT_EV_EXAMINED).next == VT_ST_QUIT,
		"and then ended");
	ok(!vt_supervise_cell(VT_ST_AUTOPSY, VT_EV_DEADLINE).next &&
			!vt_supervise_cell(VT_ST_AUTOPSY, VT_EV_PANIC_LINE)
				 .next,
		"neither the time limit nor what it says then cut that short");
	ok(!vt_supervise_cell(VT_ST_LINGER, VT_EV_HUNG).next,
		"a guest that has failed does not hang");
	ok(vt_state_limit_ms(VT_ST_QUIT) + vt_state_limit_ms(VT_ST_TERM) < 3000,
		"QEMU is killed within 3 s of the request to quit");
	/* plus the second until an incomplete line is matched */
	ok(1000 + vt_state_limit_ms(VT_ST_LINGER) +
				vt_state_limit_ms(VT_ST_QUIT) +
				vt_state_limit_ms(VT_ST_TERM) <=
			5000,
		"the guest is gone within 5 s of a fatal line");
	ok(vt_outcome_outweighs(VT_OUT_PANIC, VT_OUT_REBOOT) &&
			vt_outcome_outweighs(
				VT_OUT_FATAL_LINE, VT_OUT_POWEROFF),
		"a fatal line on the console outweighs a power off");
	ok(!vt_outcome_outweighs(VT_OUT_PANIC, VT_OUT_FATAL_LINE) &&
			!vt_outcome_outweighs(VT_OUT_REBOOT, VT_OUT_POWEROFF),
		"of equal weights, the first outcome counts");
	for (int o = VT_OUT_POWEROFF; o < VT_OUT_KILLED; o++)
		ok(vt_outcome_outweighs(VT_OUT_KILLED, (enum vt_outcome)o),
			"a signal to us outweighs %s",
			vt_outcome_name((enum vt_outcome)o));
	is_int(vt_outcome_status(VT_OUT_POWEROFF), VT_OK, "poweroff");
	is_int(vt_outcome_status(VT_OUT_REBOOT), VT_FAILED, "reboot");
	is_int(vt_outcome_status(VT_OUT_PANIC), VT_FAILED, "panic");
	is_int(vt_outcome_status(VT_OUT_HALTED), VT_FAILED, "halted");
	is_int(vt_outcome_status(VT_OUT_TIMEOUT), VT_TIMEOUT, "timeout");
	is_int(vt_outcome_status(VT_OUT_HUNG), VT_TIMEOUT, "hung");
	is_int(vt_outcome_status(VT_OUT_QEMU_DIED), VT_HOST, "qemu-died");
	is_int(vt_outcome_status(VT_OUT_NONE), VT_HOST, "none");
	return done_testing();
}
