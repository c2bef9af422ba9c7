/* The supervisor: runs a QEMU from its start to its end.
 *
 *	struct vt_sockets sockets;
 *	vt_sockets_open(&sockets, err);		build argv with sockets.guest
 *	struct vt_supervise s = {.argv = ..., .sockets = &sockets, ...};
 *	vt_supervise(&s, err);			QEMU has ended when it returns
 *	... s.outcome, s.cause ...
 *	vt_supervise_free(&s);
 *
 * One poll loop turns everything that happens into events; a table of state and
 * event (supervise_table.c) says what each leads to. The first event decides
 * the outcome, but a panic or a fatal line outweighs a power off or a reboot,
 * and a signal to this process outweighs everything.
 */
#ifndef VT_SUPERVISE_H
#define VT_SUPERVISE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "qemu/autopsy.h"
#include "qemu/console.h"
#include "qemu/guest_log.h"
#include "qemu/machine.h"
#include "qemu/warm.h"

/* How a machine ended. */
enum vt_outcome {
	VT_OUT_NONE,
	VT_OUT_POWEROFF,
	VT_OUT_REBOOT,
	VT_OUT_PANIC,
	VT_OUT_HALTED,
	VT_OUT_FATAL_LINE,
	VT_OUT_TIMEOUT,
	VT_OUT_HUNG,
	VT_OUT_KILLED,    /* this process received a signal */
	VT_OUT_QEMU_DIED, /* it ended unexpectedly, or was killed */
	VT_OUT_HOST_FAULT,
	VT_OUT_BAD_INPUT, /* a file or an option is wrong */
};
const char *vt_outcome_name(enum vt_outcome o);
enum vt_status vt_outcome_status(enum vt_outcome o);
/** vt_outcome_of() - the outcome of a phase that an error ended */
enum vt_outcome vt_outcome_of(enum vt_status error);
/** vt_outcome_unfinished() - whether what the phase has made is of no use */
bool vt_outcome_unfinished(enum vt_outcome o);

/* The sockets shared with QEMU: our ends, and those that it inherits. */
struct vt_sockets {
	int qmp, serial, channel, journal;
	struct vt_machine_fds guest;
};
int vt_sockets_open(struct vt_sockets *s, struct vt_err **err);
/** vt_sockets_close_guest() - close QEMU's ends here once it has inherited
 * them, so that ours report EOF when it ends */
void vt_sockets_close_guest(struct vt_sockets *s);
void vt_sockets_close(struct vt_sockets *s);
#define VT_SOCKETS_INIT                                                        \
	{                                                                      \
		-1, -1, -1, -1,                                                \
		{                                                              \
			-1, -1, -1, -1, -1, -1, -1, NULL, NULL, false          \
		}                                                              \
	}
#define VT_AUTO_SOCKETS __attribute__((cleanup(vt_sockets_close)))

/* Another event source for the poll loop: a web server, a process that the
 * guest depends on, a terminal. */
enum { VT_WATCHES = 5 };
struct vt_watch {
	void *data;                          /* NULL: unused */
	int (*fd)(const void *data);         /* -1: none */
	int (*timeout_ms)(const void *data); /* -1: none */
	/* Called when fd is readable or the timeout has passed.
	 * Return: 0; 1 to end the guest without a failure; -1 on an error,
	 * which ends the guest as a fault of the host */
	int (*run)(void *data, struct vt_err **err);
};

struct vt_supervise {
	char *const *argv;
	struct vt_sockets *sockets;
	struct vt_console *console;
	struct vt_guest_log *journal; /* what the guest sends of it, or NULL */
	struct vt_watch watches[VT_WATCHES];
	const int *keep; /* more descriptors that QEMU inherits; -1: none */
	size_t n_keep;
	/* for the progress line, such as "simple: install"; NULL: no line */
	const char *what;
	int signal_fd;       /* from vt_signals_block(); -1: none */
	uint64_t timeout_ms; /* 0: none */
	/* give up after so long without console output while the kernel has
	 * printed nothing yet; 0: never */
	uint64_t silent_ms;
	/* the guest hangs if nothing happens for so long; 0: it never does */
	uint64_t hang_ms;
	uint64_t start_ms; /* vt_now_ms() at which elapsed time is 0 */
	/* the machine becomes this template, or starts from it if it is saved;
	 * NULL: neither */
	struct vt_warm *warm;
	uint64_t warm_ms;          /* how long the guest may take to go on */
	struct vt_autopsy autopsy; /* of a guest that hangs */

	/* results */
	enum vt_outcome outcome;
	char *cause;                  /* one line; NULL for a power off */
	char *qemu_version;           /* or NULL */
	char *qemu_stderr;            /* the end of its stderr, or NULL */
	int signal;                   /* that this process received */
	bool silent;                  /* silent_ms ended it */
	struct vt_strv channel_lines; /* first lines of the installer's
					 channel, and those that count */
	/* when the host was seen last to give QEMU or us too little of its
	 * processors; 0: it was not */
	uint64_t starved_ms;
	uint64_t power_on_ms; /* since start_ms */
	uint64_t power_off_ms;
};

/** vt_hit_describe() - "the guest printed '...': ..."; Return: owned */
char *vt_hit_describe(const struct vt_hit *hit);

/**
 * vt_supervise() - start QEMU and supervise it until it has ended
 * Return: 0 with the results set, whatever the outcome
 * Errors: VT_HOST when QEMU cannot be executed
 */
int vt_supervise(struct vt_supervise *s, struct vt_err **err);
void vt_supervise_free(struct vt_supervise *s);

#endif
