/* The supervisor's states and events, and the table that says what an event
 * leads to. Private to the supervisor and its unit test. */
#ifndef VT_SUPERVISE_TABLE_H
#define VT_SUPERVISE_TABLE_H

#include <stdbool.h>

#include "qemu/supervise.h"

enum vt_state {
	VT_ST_NONE,
	VT_ST_START,   /* QEMU was started, QMP is not ready yet */
	VT_ST_RUN,     /* the guest runs */
	VT_ST_LINGER,  /* the guest has failed; wait for more output */
	VT_ST_AUTOPSY, /* the guest hangs; look why */
	VT_ST_ENDING,  /* QEMU has reported its end; wait for its exit */
	VT_ST_QUIT,    /* asked to quit over QMP */
	VT_ST_TERM,    /* sent SIGTERM */
	VT_ST_KILL,    /* sent SIGKILL */
	VT_ST_OVER,    /* QEMU has been reaped */
	VT_STATES
};

enum vt_event {
	VT_EV_READY,      /* QMP is ready */
	VT_EV_POWEROFF,   /* QMP: the guest powered off */
	VT_EV_RESET,      /* QMP: the guest reset itself */
	VT_EV_PANICKED,   /* QMP: the guest panicked */
	VT_EV_STOPPED,    /* QMP: QEMU is ending for another reason */
	VT_EV_PANIC_LINE, /* console: a line says that the kernel panicked */
	VT_EV_FATAL_LINE, /* console: a line matches a failure rule */
	VT_EV_HALT_LINE,  /* console: a line says that the guest halted */
	VT_EV_HALTED,     /* all processors are halted for good */
	VT_EV_SILENT,     /* no console output before the kernel's first line */
	VT_EV_DEADLINE,   /* the time limit of the run has passed */
	VT_EV_HUNG,       /* nothing has happened for too long */
	VT_EV_EXAMINED,   /* the autopsy is complete */
	VT_EV_TIMER,      /* the time limit of the state has passed */
	VT_EV_LEAVE,      /* the user at the console has left */
	VT_EV_SIGNAL,     /* this process received a signal */
	VT_EV_FAULT,      /* the host failed: disk full, QMP broken */
	VT_EV_EXIT,       /* QEMU has ended */
	VT_EVENTS
};

struct vt_cell {
	enum vt_state next; /* VT_ST_NONE: the event is ignored */
	enum vt_outcome outcome;
};

struct vt_cell vt_supervise_cell(enum vt_state s, enum vt_event e);
/** vt_state_limit_ms() - time in the state until VT_EV_TIMER; 0: no limit */
unsigned vt_state_limit_ms(enum vt_state s);
/** vt_state_crash_test() - for tests: abort() in the state that VT_TEST_CRASH
 * names (start, run, linger, autopsy, ending, quit, term, kill or over) */
void vt_state_crash_test(enum vt_state s);
/** vt_outcome_outweighs() - whether a new outcome replaces an earlier one */
bool vt_outcome_outweighs(enum vt_outcome o, enum vt_outcome old);

#endif
