/* What follows from what: the states of a supervision and its events. Only
 * supervise.c and tests need this. */
#ifndef VT_SUPERVISE_TABLE_H
#define VT_SUPERVISE_TABLE_H

#include <stdbool.h>

#include "qemu/supervise.h"

enum vt_state {
	VT_ST_NONE,
	VT_ST_START,  /* QEMU was started, QMP has not agreed yet */
	VT_ST_RUN,    /* the guest runs */
	VT_ST_LINGER, /* it is lost; a moment for its last words */
	VT_ST_ENDING, /* QEMU said why it ends, and does */
	VT_ST_QUIT,   /* told to, by QMP */
	VT_ST_TERM,   /* by SIGTERM */
	VT_ST_KILL,   /* by SIGKILL */
	VT_ST_OVER,   /* QEMU has been reaped */
	VT_STATES
};

enum vt_event {
	VT_EV_READY,      /* QMP has agreed */
	VT_EV_POWEROFF,   /* QMP: the guest powered off */
	VT_EV_RESET,      /* QMP: it reset itself */
	VT_EV_PANICKED,   /* QMP: it panicked */
	VT_EV_STOPPED,    /* QMP: somebody else ends QEMU */
	VT_EV_PANIC_LINE, /* console */
	VT_EV_FATAL_LINE, /* console */
	VT_EV_HALT_LINE,  /* console */
	VT_EV_HALTED,     /* its processors wait for nothing */
	VT_EV_SILENT,     /* nothing on the console, which is suspicious */
	VT_EV_DEADLINE,   /* of the whole run */
	VT_EV_TIMER,      /* of the state */
	VT_EV_LEAVE,      /* the person at the console has seen enough */
	VT_EV_SIGNAL,     /* to us */
	VT_EV_FAULT,      /* of the host: disk full, QMP broken */
	VT_EV_EXIT,       /* QEMU has ended */
	VT_EVENTS
};

struct vt_cell {
	enum vt_state next; /* VT_ST_NONE: the event means nothing here */
	enum vt_outcome outcome;
};

struct vt_cell vt_supervise_cell(enum vt_state s, enum vt_event e);
unsigned vt_state_limit_ms(enum vt_state s); /* until VT_EV_TIMER; 0: none */
/** vt_state_crash_test() - for tests: abort() in the state that VT_TEST_CRASH
 * names (start, run, linger, ending, quit, term, kill or over) */
void vt_state_crash_test(enum vt_state s);
bool vt_outcome_outweighs(enum vt_outcome o, enum vt_outcome old);

#endif
