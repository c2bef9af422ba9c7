/* Detects a guest that hangs: one that runs, and does nothing that shows.
 *
 *	struct vt_hang h = {.bound_ms = ...};
 *	vt_hang_begin(&h, qmp, pid);		the guest runs
 *	whatever the guest says or asks for: vt_hang_progress(&h);
 *	every vt_hang_check_ms(&h): if (vt_hang_check(&h)) ... it hangs ...
 *
 * Progress is output on the console or a port, a request to the web server, and
 * what the disks did: anything written, discarded or flushed, or reads of some
 * size, since paths of a multipath device and the like are read now and then
 * for ever. Processor time is none: a loop uses it as well. QEMU is asked for
 * its counters of the disks at each check; one that does not answer shows no
 * progress.
 */
#ifndef VT_HANG_H
#define VT_HANG_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "qemu/qmp.h"

/* What the disks of a guest have done since it was started. */
struct vt_hang_disks {
	uint64_t changes; /* bytes written and discarded, and flushes */
	uint64_t read;    /* bytes */
};

struct vt_hang {
	uint64_t bound_ms; /* 0: the guest never hangs */
	struct vt_qmp *qmp;
	pid_t qemu;
	uint64_t since_ms; /* vt_now_ms() of the last progress; 0: it does not
			      run yet */
	struct vt_hang_disks disks; /* at the last answer */
	bool asked;                 /* an answer is outstanding */
	bool late;                  /* the last check found no progress */
	/* the processor time that QEMU had wanted, in nanoseconds, at the first
	 * check after the last progress */
	uint64_t cpu_since_ms, cpu_ms, cpu_ns;
};

void vt_hang_begin(struct vt_hang *h, struct vt_qmp *qmp, pid_t qemu);
/** vt_hang_progress() - the guest has done something */
void vt_hang_progress(struct vt_hang *h);
/** vt_hang_late() - this time does not count: the guest could not run, or we
 * could not see what it did */
void vt_hang_late(struct vt_hang *h, uint64_t ms);

/** vt_hang_check_ms() - time between checks; 0: none is needed */
uint64_t vt_hang_check_ms(const struct vt_hang *h);
/** vt_hang_check() - never blocks: an answer is evaluated by the next check
 * Return: whether the guest hangs */
bool vt_hang_check(struct vt_hang *h);

/** vt_hang_silence_ms() - how long nothing has happened */
uint64_t vt_hang_silence_ms(const struct vt_hang *h);
/** vt_hang_percent() - the processor time that QEMU wanted meanwhile, of one
 * processor; it may have got less on a busy host; -1: not known */
int vt_hang_percent(const struct vt_hang *h);

/** vt_hang_disks() - sum up the reply to query-blockstats */
struct vt_hang_disks vt_hang_disks(const json_t *reply);
/** vt_hang_moved() - whether that is progress; public for unit tests */
bool vt_hang_moved(
	const struct vt_hang_disks *from, const struct vt_hang_disks *to);

#endif
