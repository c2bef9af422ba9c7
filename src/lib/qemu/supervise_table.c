#include "qemu/supervise_table.h"

#include <stdlib.h>
#include <string.h>

/* An event without an entry is ignored in that state. Stopping QEMU escalates
 * from QMP quit to SIGTERM to SIGKILL; each further signal to this process
 * escalates by one step. */
static const struct vt_cell table[VT_STATES][VT_EVENTS] = {
	[VT_ST_START] =
		{
			[VT_EV_READY] = {VT_ST_RUN, 0},
			[VT_EV_POWEROFF] = {VT_ST_ENDING, VT_OUT_POWEROFF},
			[VT_EV_RESET] = {VT_ST_ENDING, VT_OUT_REBOOT},
			[VT_EV_PANICKED] = {VT_ST_ENDING, VT_OUT_PANIC},
			[VT_EV_STOPPED] = {VT_ST_ENDING, VT_OUT_QEMU_DIED},
			[VT_EV_PANIC_LINE] = {VT_ST_LINGER, VT_OUT_PANIC},
			[VT_EV_FATAL_LINE] = {VT_ST_LINGER, VT_OUT_FATAL_LINE},
			[VT_EV_HALT_LINE] = {VT_ST_QUIT, VT_OUT_HALTED},
			[VT_EV_SILENT] = {VT_ST_QUIT, VT_OUT_HOST_FAULT},
			[VT_EV_DEADLINE] = {VT_ST_QUIT, VT_OUT_TIMEOUT},
			[VT_EV_TIMER] = {VT_ST_QUIT, VT_OUT_HOST_FAULT},
			[VT_EV_LEAVE] = {VT_ST_QUIT, VT_OUT_POWEROFF},
			[VT_EV_SIGNAL] = {VT_ST_QUIT, VT_OUT_KILLED},
			[VT_EV_FAULT] = {VT_ST_QUIT, VT_OUT_HOST_FAULT},
			[VT_EV_EXIT] = {VT_ST_OVER, VT_OUT_HOST_FAULT},
		},
	[VT_ST_RUN] =
		{
			[VT_EV_POWEROFF] = {VT_ST_ENDING, VT_OUT_POWEROFF},
			[VT_EV_RESET] = {VT_ST_ENDING, VT_OUT_REBOOT},
			[VT_EV_PANICKED] = {VT_ST_ENDING, VT_OUT_PANIC},
			[VT_EV_STOPPED] = {VT_ST_ENDING, VT_OUT_QEMU_DIED},
			[VT_EV_PANIC_LINE] = {VT_ST_LINGER, VT_OUT_PANIC},
			[VT_EV_FATAL_LINE] = {VT_ST_LINGER, VT_OUT_FATAL_LINE},
			[VT_EV_HALT_LINE] = {VT_ST_QUIT, VT_OUT_HALTED},
			[VT_EV_HALTED] = {VT_ST_QUIT, VT_OUT_HALTED},
			[VT_EV_SILENT] = {VT_ST_QUIT, VT_OUT_HOST_FAULT},
			[VT_EV_DEADLINE] = {VT_ST_QUIT, VT_OUT_TIMEOUT},
			[VT_EV_HUNG] = {VT_ST_AUTOPSY, VT_OUT_HUNG},
			[VT_EV_LEAVE] = {VT_ST_QUIT, VT_OUT_POWEROFF},
			[VT_EV_SIGNAL] = {VT_ST_QUIT, VT_OUT_KILLED},
			[VT_EV_FAULT] = {VT_ST_QUIT, VT_OUT_HOST_FAULT},
			[VT_EV_EXIT] = {VT_ST_OVER, VT_OUT_QEMU_DIED},
		},
	[VT_ST_LINGER] =
		{
			[VT_EV_POWEROFF] = {VT_ST_ENDING, 0},
			[VT_EV_RESET] = {VT_ST_ENDING, 0},
			[VT_EV_PANICKED] = {VT_ST_ENDING, 0},
			[VT_EV_STOPPED] = {VT_ST_ENDING, 0},
			[VT_EV_HALT_LINE] = {VT_ST_QUIT, 0},
			[VT_EV_DEADLINE] = {VT_ST_QUIT, 0},
			[VT_EV_TIMER] = {VT_ST_QUIT, 0},
			[VT_EV_LEAVE] = {VT_ST_QUIT, 0},
			[VT_EV_SIGNAL] = {VT_ST_QUIT, VT_OUT_KILLED},
			[VT_EV_FAULT] = {VT_ST_QUIT, 0},
			[VT_EV_EXIT] = {VT_ST_OVER, 0},
		},
	/* not the time limit of the run: the autopsy has its own, and is lost
	 * otherwise */
	[VT_ST_AUTOPSY] =
		{
			[VT_EV_POWEROFF] = {VT_ST_ENDING, 0},
			[VT_EV_RESET] = {VT_ST_ENDING, 0},
			[VT_EV_PANICKED] = {VT_ST_ENDING, 0},
			[VT_EV_STOPPED] = {VT_ST_ENDING, 0},
			[VT_EV_EXAMINED] = {VT_ST_QUIT, 0},
			[VT_EV_TIMER] = {VT_ST_QUIT, 0},
			[VT_EV_LEAVE] = {VT_ST_QUIT, 0},
			[VT_EV_SIGNAL] = {VT_ST_QUIT, VT_OUT_KILLED},
			[VT_EV_FAULT] = {VT_ST_QUIT, 0},
			[VT_EV_EXIT] = {VT_ST_OVER, 0},
		},
	[VT_ST_ENDING] =
		{
			[VT_EV_PANIC_LINE] = {VT_ST_ENDING, VT_OUT_PANIC},
			[VT_EV_FATAL_LINE] = {VT_ST_ENDING, VT_OUT_FATAL_LINE},
			[VT_EV_TIMER] = {VT_ST_QUIT, 0},
			[VT_EV_SIGNAL] = {VT_ST_QUIT, VT_OUT_KILLED},
			[VT_EV_FAULT] = {VT_ST_QUIT, VT_OUT_HOST_FAULT},
			[VT_EV_EXIT] = {VT_ST_OVER, 0},
		},
	[VT_ST_QUIT] =
		{
			[VT_EV_TIMER] = {VT_ST_TERM, 0},
			[VT_EV_SIGNAL] = {VT_ST_TERM, VT_OUT_KILLED},
			[VT_EV_EXIT] = {VT_ST_OVER, 0},
		},
	[VT_ST_TERM] =
		{
			[VT_EV_TIMER] = {VT_ST_KILL, 0},
			[VT_EV_SIGNAL] = {VT_ST_KILL, VT_OUT_KILLED},
			[VT_EV_EXIT] = {VT_ST_OVER, 0},
		},
	[VT_ST_KILL] =
		{
			[VT_EV_SIGNAL] = {VT_ST_KILL, VT_OUT_KILLED},
			[VT_EV_EXIT] = {VT_ST_OVER, 0},
		},
};

struct vt_cell vt_supervise_cell(enum vt_state s, enum vt_event e)
{
	return table[s][e];
}

unsigned vt_state_limit_ms(enum vt_state s)
{
	static const unsigned limits[VT_STATES] = {
		[VT_ST_START] = 60000, /* a busy host may read big images */
		[VT_ST_LINGER] = 2000,
		[VT_ST_AUTOPSY] = VT_AUTOPSY_MS,
		[VT_ST_ENDING] = 10000,
		[VT_ST_QUIT] = 1000,
		[VT_ST_TERM] = 1000,
	};
	return limits[s];
}

void vt_state_crash_test(enum vt_state s)
{
	static const char *const names[VT_STATES] = {
		[VT_ST_START] = "start",
		[VT_ST_RUN] = "run",
		[VT_ST_LINGER] = "linger",
		[VT_ST_AUTOPSY] = "autopsy",
		[VT_ST_ENDING] = "ending",
		[VT_ST_QUIT] = "quit",
		[VT_ST_TERM] = "term",
		[VT_ST_KILL] = "kill",
		[VT_ST_OVER] = "over",
	};
	const char *where = getenv("VT_TEST_CRASH");
	if (where && names[s] && !strcmp(where, names[s]))
		abort();
}

static int weight(enum vt_outcome o)
{
	static const int weights[] = {
		[VT_OUT_NONE] = 0,
		[VT_OUT_POWEROFF] = 1,
		[VT_OUT_REBOOT] = 1,
		[VT_OUT_HALTED] = 1,
		[VT_OUT_PANIC] = 2,
		[VT_OUT_FATAL_LINE] = 2,
		[VT_OUT_TIMEOUT] = 3,
		[VT_OUT_HUNG] = 3,
		[VT_OUT_QEMU_DIED] = 3,
		[VT_OUT_HOST_FAULT] = 3,
		[VT_OUT_BAD_INPUT] = 3,
		[VT_OUT_KILLED] = 4,
	};
	return weights[o];
}

bool vt_outcome_outweighs(enum vt_outcome o, enum vt_outcome old)
{
	return weight(o) > weight(old);
}

const char *vt_outcome_name(enum vt_outcome o)
{
	static const char *const names[] = {
		[VT_OUT_NONE] = "none",
		[VT_OUT_POWEROFF] = "poweroff",
		[VT_OUT_REBOOT] = "reboot",
		[VT_OUT_PANIC] = "panic",
		[VT_OUT_HALTED] = "halted",
		[VT_OUT_FATAL_LINE] = "fatal-line",
		[VT_OUT_TIMEOUT] = "timeout",
		[VT_OUT_HUNG] = "hung",
		[VT_OUT_KILLED] = "killed",
		[VT_OUT_QEMU_DIED] = "qemu-died",
		[VT_OUT_HOST_FAULT] = "host-fault",
		[VT_OUT_BAD_INPUT] = "bad-input",
	};
	return names[o];
}

enum vt_status vt_outcome_status(enum vt_outcome o)
{
	switch (o) {
	case VT_OUT_POWEROFF:
		return VT_OK;
	case VT_OUT_REBOOT:
	case VT_OUT_PANIC:
	case VT_OUT_HALTED:
	case VT_OUT_FATAL_LINE:
		return VT_FAILED;
	case VT_OUT_TIMEOUT:
	case VT_OUT_HUNG:
		return VT_TIMEOUT;
	case VT_OUT_BAD_INPUT:
		return VT_USAGE;
	case VT_OUT_NONE:
	case VT_OUT_KILLED:
	case VT_OUT_QEMU_DIED:
	case VT_OUT_HOST_FAULT:
		break;
	}
	return VT_HOST;
}

enum vt_outcome vt_outcome_of(enum vt_status error)
{
	return error == VT_USAGE ? VT_OUT_BAD_INPUT : VT_OUT_HOST_FAULT;
}

bool vt_outcome_unfinished(enum vt_outcome o)
{
	return o == VT_OUT_KILLED || o == VT_OUT_HOST_FAULT ||
	       o == VT_OUT_BAD_INPUT;
}
