/* A supervision under way: what the parts of the supervisor share.
 *
 * supervise.c has the loop and what an event leads to; supervise_heard.c what
 * the guest and QEMU say in bytes; supervise_qmp.c what QEMU says in QMP.
 */
#ifndef VT_SUPERVISE_RUN_H
#define VT_SUPERVISE_RUN_H

#include "base/proc.h"
#include "base/str.h"
#include "qemu/halt.h"
#include "qemu/qmp.h"
#include "qemu/supervise.h"
#include "qemu/supervise_table.h"

enum vt_timer {
	VT_TIMER_STATE,  /* of the state */
	VT_TIMER_RUN,    /* of the whole run */
	VT_TIMER_QUIET,  /* an incomplete line may be a prompt */
	VT_TIMER_SILENT, /* the accelerator is at fault */
	VT_TIMER_HALT,   /* the next look at the processors */
	VT_TIMERS
};

struct vt_run_state {
	struct vt_supervise *s;
	struct vt_proc qemu;
	struct vt_qmp *qmp;
	struct vt_halt *halt; /* NULL until the guest runs */
	int stderr_fd;
	struct vt_str words; /* the end of QEMU's stderr */
	enum vt_state state;
	uint64_t timers[VT_TIMERS]; /* when, 0: not */
	uint64_t told_ms;           /* last progress line */
	struct vt_str channel_line;
	size_t channel_bytes;
};

uint64_t vt_run_elapsed(const struct vt_run_state *r);

/** vt_run_fire() - an event, with words for the case that it decides */
void vt_run_fire(struct vt_run_state *r, enum vt_event e, const char *cause);

/** vt_run_timer() - once, after that time; 0: not any more */
void vt_run_timer(struct vt_run_state *r, enum vt_timer t, uint64_t ms);

/** vt_run_fault() - an error as an event; it is freed */
void vt_run_fault(struct vt_run_state *r, struct vt_err *err);

/* supervise_heard.c */
/** vt_run_serial() - read what is there; Return: there may be more */
bool vt_run_serial(struct vt_run_state *r);
/** vt_run_drain() - all that the guest has said until now */
void vt_run_drain(struct vt_run_state *r);
void vt_run_channel(struct vt_run_state *r);
void vt_run_stderr(struct vt_run_state *r);
/** vt_run_lines() - what rules of the console have just fired */
void vt_run_lines(struct vt_run_state *r, unsigned fired);

/* supervise_qmp.c */
void vt_run_qmp(struct vt_run_state *r);

#endif
