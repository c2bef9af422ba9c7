/* A running QEMU, from its start to its end: one poll loop, one table.
 *
 *	struct vt_wires w;
 *	vt_wires_open(&w, err);			then argv with w.guest
 *	struct vt_supervise s = {.argv = ..., .wires = &w, ...};
 *	vt_supervise(&s, err);			always ends QEMU
 *	... s.outcome, s.cause ...
 *	vt_supervise_free(&s);
 *
 * Whatever happens is an event; what follows from it stands in a table of
 * state and event (supervise_table.c). The outcome is what happened first, but
 * a panic or a fatal line outweighs a power off or a reboot, and a signal to us
 * outweighs all.
 */
#ifndef VT_SUPERVISE_H
#define VT_SUPERVISE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "qemu/console.h"
#include "qemu/machine.h"

/* How a machine ended. */
enum vt_outcome {
	VT_OUT_NONE,
	VT_OUT_POWEROFF,
	VT_OUT_REBOOT,
	VT_OUT_PANIC,
	VT_OUT_HALTED,
	VT_OUT_FATAL_LINE,
	VT_OUT_TIMEOUT,
	VT_OUT_KILLED,    /* we got a signal */
	VT_OUT_QEMU_DIED, /* by itself, or somebody else's doing */
	VT_OUT_HOST_FAULT,
};
const char *vt_outcome_name(enum vt_outcome o);
enum vt_status vt_outcome_status(enum vt_outcome o);

/* The sockets between us and QEMU: our ends, and those it inherits. */
struct vt_wires {
	int qmp, serial, channel;
	struct vt_machine_fds guest;
};
int vt_wires_open(struct vt_wires *w, struct vt_err **err);
/** vt_wires_handed() - QEMU has its ends: they must close when it does */
void vt_wires_handed(struct vt_wires *w);
void vt_wires_close(struct vt_wires *w);
#define VT_WIRES_INIT                                                          \
	{                                                                      \
		-1, -1, -1,                                                    \
		{                                                              \
			-1, -1, -1, -1, NULL                                   \
		}                                                              \
	}
#define VT_AUTO_WIRES __attribute__((cleanup(vt_wires_close)))

/* Something else to be served from the same loop: a web server, a process that
 * the guest depends on. What run() fails with ends the guest. */
enum { VT_WATCHES = 4 };
struct vt_watch {
	void *data; /* NULL: nothing */
	int (*fd)(const void *data);
	int (*timeout_ms)(const void *data); /* -1: none */
	/* 1: somebody wants the guest to end, which is as it should be */
	int (*run)(void *data, struct vt_err **err);
};

struct vt_supervise {
	char *const *argv;
	struct vt_wires *wires;
	struct vt_console *console;
	struct vt_watch watches[VT_WATCHES];
	const int *keep; /* more descriptors that QEMU inherits; -1: none */
	size_t n_keep;
	const char *what;    /* for the progress line: "simple: install"; NULL:
				none */
	int signal_fd;       /* vt_signals_block(); -1: none */
	uint64_t timeout_ms; /* 0: none */
	uint64_t silent_ms;  /* no bytes for so long before a kernel has
				spoken end it; 0: for ever */
	uint64_t start_ms;   /* vt_now_ms() that times are counted from */

	/* results */
	enum vt_outcome outcome;
	char *cause;          /* one line; NULL for a power off */
	char *qemu_words;     /* the end of its stderr, or NULL */
	int signal;           /* that we got */
	bool silent;          /* silent_ms ended it */
	struct vt_strv told;  /* the first lines of the installer's channel */
	uint64_t power_on_ms; /* since start_ms */
	uint64_t power_off_ms;
};

/** vt_hit_words() - "the guest said '...': ..."; owned */
char *vt_hit_words(const struct vt_hit *hit);

/**
 * vt_supervise() - start QEMU and see it to its end
 * Return: 0 with the results set, whatever the outcome
 * Errors: VT_HOST when QEMU cannot be started at all
 */
int vt_supervise(struct vt_supervise *s, struct vt_err **err);
void vt_supervise_free(struct vt_supervise *s);

#endif
