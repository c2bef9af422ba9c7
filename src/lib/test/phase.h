/* A phase of a test that runs a machine.
 *
 *	struct vt_phase p = VT_PHASE_INIT;
 *	if (vt_phase_begin(&p, dir, "install", &err) < 0)
 *		return vt_cli_end(err);
 *	... prepare; vt_phase_run(&p, &vm, ...) ...
 *	... p.status and p.cause: the verdict, which the tool may refine ...
 *	on an error: vt_phase_fault(&p, err)
 *	return vt_phase_end(&p);
 *
 * In a test's directory a phase always writes logs/PHASE.json, and PHASE.done
 * only when it succeeded (or failed as expected). A phase that failed executes
 * vt-verify, which writes the test's result and exits with the same status.
 * By hand (dir NULL) there is only the exit status.
 *
 * From vt_phase_begin() on INT, TERM and HUP arrive on p.signal_fd; after one,
 * vt_phase_end() ends the process by the same signal.
 */
#ifndef VT_PHASE_H
#define VT_PHASE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/err.h"
#include "base/str.h"
#include "qemu/supervise.h"
#include "test/phase_cache.h"
#include "test/vm_file.h"

struct vt_phase {
	const char *dir;       /* NULL: by hand */
	const char *name;      /* "install" or "boot" */
	const char *test;      /* NULL: not known yet */
	bool expected_failure; /* it succeeds by failing */
	bool forgive;          /* it succeeds even if it fails */
	bool attended;         /* interactive: no console line ends the guest */
	int lock_fd, signal_fd;
	uint64_t start_ms;
	time_t started;

	/* the contents of the report */
	enum vt_status status;
	enum vt_outcome outcome;
	char *cause; /* one line; NULL after success */
	char *at;    /* file:line:column of the config that it is about */
	struct vt_strv context; /* lines of the console around it */
	size_t cause_line;      /* index there; n: of none */
	char *detail;           /* more lines, for people */
	int signal;
	bool skipped;                 /* nothing to do: a stamp, no report */
	enum vt_accel accel;          /* VT_ACCEL_AUTO: none was started */
	bool warm;                    /* it started from a template */
	char *retried;                /* why it was started again, or NULL */
	struct vt_strv channel_lines; /* lines of the installer's channel */
	char *qemu_version;           /* of the machine that ran, or NULL */
	struct vt_strv command;
	struct vt_console *console;   /* NULL: none was started */
	struct vt_guest_log *journal; /* the same */
	struct vt_autopsy autopsy;    /* of a guest that hung */
	char *autopsy_files[VT_AUTOPSY_PARTS];
	uint64_t power_on_ms, power_off_ms;
	uint64_t waited_ms; /* for memory or a processor */
	struct vt_phase_cache cache;
};
#define VT_PHASE_INIT                                                          \
	{                                                                      \
		.lock_fd = -1, .signal_fd = -1                                 \
	}

/**
 * vt_phase_begin() - catch signals, lock the directory, remove the report and
 * the stamp of an earlier run of the phase
 * Errors: VT_HOST when another run holds the directory, which is then not
 *   changed; VT_USAGE when the directory does not exist
 */
int vt_phase_begin(struct vt_phase *p, const char *dir, const char *name,
	struct vt_err **err);

/** vt_phase_fetch() - take the phase from the cache instead of running its
 * machine. Call it in a test's directory, before anything is created there.
 * Return: whether the phase is done: it passed */
bool vt_phase_fetch(struct vt_phase *p);

/** vt_phase_serial_log() - DIR/logs/PHASE-serial.log; Return: owned */
char *vt_phase_serial_log(const struct vt_phase *p);

/**
 * vt_phase_run() - run the machine from power on to its end
 * @serial_log: path of the console log
 * @watch: another event source to serve meanwhile, or NULL
 * If KVM was chosen automatically and the guest does not start under it, the
 * machine is started again under TCG; if it does not go on from its template,
 * by booting.
 * Return: 0 with outcome, status and cause set, or -1
 * Errors: VT_HOST (no QEMU, no KVM that works...), VT_USAGE
 */
int vt_phase_run(struct vt_phase *p, const struct vt_vm *vm,
	const char *serial_log, const struct vt_watch *watch,
	struct vt_err **err);

/** vt_phase_template() - make the template from which the machine starts, if
 * there is none
 * and the machine can have one
 * Errors: VT_HOST when that fails; a signal is in p
 */
int vt_phase_template(
	struct vt_phase *p, const struct vt_vm *vm, struct vt_err **err);

/** vt_phase_verdict() - replace the status and the cause */
void vt_phase_verdict(struct vt_phase *p, enum vt_status status,
	const char *cause, ...) __attribute__((format(printf, 3, 4)));

/** vt_phase_skip() - the phase succeeds without doing anything */
void vt_phase_skip(struct vt_phase *p, const char *why);

/** vt_phase_fault() - an error ended the phase; it is freed */
void vt_phase_fault(struct vt_phase *p, struct vt_err *err);

/** vt_phase_end() - write report and stamp, execute vt-verify after a failure
 * Return: exit status, if it returns */
int vt_phase_end(struct vt_phase *p);

#endif
