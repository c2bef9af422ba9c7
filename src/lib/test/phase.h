/* A phase of a test that runs a machine: its begin, run and end.
 *
 *	struct vt_phase p = VT_PHASE_INIT;
 *	if (vt_phase_begin(&p, dir, "install", &err) < 0)  lock, clean slate
 *		return vt_cli_end(err);
 *	... prepare; vt_phase_run(&p, &vm, ...) ...
 *	... p.status, p.cause: the verdict, which the tool may sharpen ...
 *	on an error: vt_phase_fault(&p, err)
 *	return vt_phase_end(&p);	report, stamp, hand over
 *
 * In a test's directory a phase leaves logs/PHASE.json whatever happens, and
 * PHASE.done only when it succeeded (or failed as expected). A phase that
 * failed becomes vt-verify, which writes the test's result and keeps the exit
 * status. By hand (dir NULL) only the exit status remains.
 *
 * INT, TERM and HUP are taken by p.signal_fd from vt_phase_begin() on; after
 * one, vt_phase_end() dies by it.
 */
#ifndef VT_PHASE_H
#define VT_PHASE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/err.h"
#include "base/str.h"
#include "qemu/supervise.h"
#include "test/vm_file.h"

struct vt_phase {
	const char *dir;  /* NULL: by hand */
	const char *name; /* "install" or "boot" */
	const char *test; /* NULL: unknown yet */
	bool expected_failure;
	bool attended; /* a person is at the console: no line ends the guest */
	int lock_fd, signal_fd;
	uint64_t start_ms;
	time_t started;

	/* what the report says */
	enum vt_status status;
	enum vt_outcome outcome;
	char *cause;  /* one line; NULL: all is well */
	char *detail; /* more lines for people */
	int signal;
	bool skipped;        /* there was nothing to do: a stamp, no report */
	enum vt_accel accel; /* VT_ACCEL_AUTO: none was started */
	char *retried;       /* why TCG took the place of KVM, or NULL */
	struct vt_strv channel_lines; /* lines of the installer's channel */
	struct vt_strv command;
	struct vt_console *console; /* NULL: none was started */
	uint64_t power_on_ms, power_off_ms;
	uint64_t waited_ms; /* for memory */
};
#define VT_PHASE_INIT                                                          \
	{                                                                      \
		.lock_fd = -1, .signal_fd = -1                                 \
	}

/**
 * vt_phase_begin() - take signals, lock the directory, remove what an earlier
 * run of the phase left (report and stamp)
 * Errors: VT_HOST when another run holds the directory: nothing of it has been
 *   touched then; VT_USAGE when there is no such directory
 */
int vt_phase_begin(struct vt_phase *p, const char *dir, const char *name,
	struct vt_err **err);

/** vt_phase_serial_log() - DIR/logs/PHASE-serial.log; Return: owned */
char *vt_phase_serial_log(const struct vt_phase *p);

/**
 * vt_phase_run() - the machine, from power on to its end
 * @serial_log: where its console goes
 * @watch: NULL, or what else is served meanwhile
 * Where KVM was chosen for the user and no guest comes to life under it, the
 * machine starts once more, under TCG.
 * Return: 0 with outcome, status and cause set, or -1
 * Errors: VT_HOST (no QEMU, no KVM that works...), VT_USAGE
 */
int vt_phase_run(struct vt_phase *p, const struct vt_vm *vm,
	const char *serial_log, const struct vt_watch *watch,
	struct vt_err **err);

/** vt_phase_verdict() - a status and its cause, in place of those so far */
void vt_phase_verdict(struct vt_phase *p, enum vt_status status,
	const char *cause, ...) __attribute__((format(printf, 3, 4)));

/** vt_phase_skip() - the phase succeeds without doing anything */
void vt_phase_skip(struct vt_phase *p, const char *why);

/** vt_phase_fault() - an error ended the phase; it is freed */
void vt_phase_fault(struct vt_phase *p, struct vt_err *err);

/** vt_phase_end() - Return: the exit status, if it returns at all */
int vt_phase_end(struct vt_phase *p);

#endif
