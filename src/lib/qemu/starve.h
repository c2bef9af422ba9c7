/* Whether the host gives QEMU too little of its processors, so that what the
 * guest's kernel says of processors and tasks that hang is no fault of the
 *guest.
 *
 *	struct vt_starve s = {.pid = qemu};
 *	every VT_STARVE_MS: if (vt_starve_look(&s)) the guest is starved now
 *
 * The kernel counts how long each thread has run and how long it waited for a
 * processor (/proc/PID/task/TID/schedstat). QEMU is starved if it got less than
 * an eighth of the time in which it wanted to run: timeouts under TCG allow for
 * a quarter. The time that a hypervisor takes from this host (steal) counts as
 * well.
 */
#ifndef VT_STARVE_H
#define VT_STARVE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { VT_STARVE_MS = 5000 };

/* Counters since the start, in any unit, the same for both of a pair. */
struct vt_starve_counts {
	uint64_t ran, waited;   /* threads of QEMU, in nanoseconds */
	uint64_t total, stolen; /* processors of this host */
};

struct vt_starve {
	pid_t pid;
	struct vt_starve_counts last;
};

/** vt_starve_look() - whether QEMU was starved since the last call */
bool vt_starve_look(struct vt_starve *s);

/** vt_starve_wanted() - the time that all threads of a process have run or
 * waited for a processor until now, in nanoseconds; 0: the kernel does not
 * count it */
uint64_t vt_starve_wanted(pid_t pid);

/** vt_starve_judge() - the decision; public for unit tests
 * @from, @to: the counters at the start and at the end */
bool vt_starve_judge(
	const struct vt_starve_counts *from, const struct vt_starve_counts *to);

#endif
