/* The state of a running supervisor, shared by its parts: supervise.c has the
 * poll loop and handles events; supervise_output.c reads the console, the
 * installer's channel, the journal and QEMU's stderr; supervise_qmp.c handles
 * QMP; supervise_hang.c guests that hang.
 */
#ifndef VT_SUPERVISE_RUN_H
#define VT_SUPERVISE_RUN_H

#include "base/proc.h"
#include "base/str.h"
#include "qemu/halt.h"
#include "qemu/hang.h"
#include "qemu/qmp.h"
#include "qemu/starve.h"
#include "qemu/supervise.h"
#include "qemu/supervise_table.h"

enum vt_timer {
	VT_TIMER_STATE,   /* limit of the state */
	VT_TIMER_RUN,     /* limit of the whole run */
	VT_TIMER_QUIET,   /* check the incomplete line: it may be a prompt */
	VT_TIMER_SILENT,  /* no output: the accelerator does not work */
	VT_TIMER_HALT,    /* next check for a halted guest */
	VT_TIMER_WARM,    /* the guest of a template does not go on */
	VT_TIMER_STARVE,  /* next look at what the host gives QEMU */
	VT_TIMER_HANG,    /* next check for a guest that hangs */
	VT_TIMER_AUTOPSY, /* next step of its autopsy */
	VT_TIMERS
};

struct vt_run_state {
	struct vt_supervise *s;
	struct vt_proc qemu;
	struct vt_qmp *qmp;
	struct vt_halt *halt; /* NULL until the guest runs */
	struct vt_starve starve;
	struct vt_hang hang;
	struct vt_autopsy_run autopsy;
	int stderr_fd;
	struct vt_str stderr_tail; /* the end of QEMU's stderr */
	enum vt_state state;
	uint64_t timers[VT_TIMERS]; /* vt_now_ms() at which it fires; 0: off */
	uint64_t progress_ms;       /* of the last progress line */
	/* when poll(2) returned last, and our processor time then; 0: not yet
	 */
	uint64_t woken_ms, woken_cpu_ms;
	struct vt_str channel_line;
	size_t channel_bytes;
};

uint64_t vt_run_elapsed(const struct vt_run_state *r);

/** vt_run_fire() - handle an event; @cause describes it if it decides the
 * outcome */
void vt_run_fire(struct vt_run_state *r, enum vt_event e, const char *cause);

/** vt_run_timer() - set a timer to fire once after that time; 0: turn it off */
void vt_run_timer(struct vt_run_state *r, enum vt_timer t, uint64_t ms);

/** vt_run_fault() - handle an error as an event; frees it */
void vt_run_fault(struct vt_run_state *r, struct vt_err *err);

/* supervise_output.c */
/** vt_run_serial() - read from the console; Return: there may be more */
bool vt_run_serial(struct vt_run_state *r);
/** vt_run_drain() - read all that the guest has written until now */
void vt_run_drain(struct vt_run_state *r);
/** vt_run_type() - type a line on the console */
void vt_run_type(struct vt_run_state *r, const char *say);
/** vt_run_channel() - read what the installer reports; Return: there may be
 * more */
bool vt_run_channel(struct vt_run_state *r);
/** vt_run_journal() - read what the guest sends of its journal; Return: there
 * may be more */
bool vt_run_journal(struct vt_run_state *r);
void vt_run_stderr(struct vt_run_state *r);
/** vt_run_lines() - handle the console rules that have just matched */
void vt_run_lines(struct vt_run_state *r, unsigned fired);

/* supervise_qmp.c */
void vt_run_qmp(struct vt_run_state *r);

/* supervise_hang.c */
void vt_run_hang_timer(struct vt_run_state *r);
void vt_run_autopsy_timer(struct vt_run_state *r);

/* supervise_warm.c */
/** vt_run_warm_ready() - QMP is ready: start from the template, if it is saved
 * Return: whether the guest runs */
bool vt_run_warm_ready(struct vt_run_state *r);
/** vt_run_warm_line() - handle a line of the channel that is about templates;
 * Return: it was one */
bool vt_run_warm_line(struct vt_run_state *r, const char *line);
/** vt_run_warm_passed() - the guest has not waited: it shall not become a
 * template */
void vt_run_warm_passed(struct vt_run_state *r);
void vt_run_warm_timer(struct vt_run_state *r);

#endif
