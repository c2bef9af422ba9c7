/* Memory reservation: a guest's memory is reserved before the guest starts, and
 * a share of a processor if it is emulated.
 *
 *	VT_AUTO_RESERVE struct vt_reserve memory = VT_RESERVE_INIT;
 *	int rc = vt_reserve_take(&memory, mib, signal_fd, err);
 *	if (rc < 0) ...			error: not enough memory, ever
 *	if (rc > 0) ...			signal rc arrived while it waited
 *	... the guest runs and ends ...
 *	vt_reserve_give(&memory);	also at the end of the scope
 *
 * All runs of a user share one ledger ($XDG_RUNTIME_DIR/vt/memory, or
 * /tmp/vt-UID/memory) with one line for each run, in order of arrival. They are
 * served in that order, so that small guests cannot starve a big one. The line
 * of a run that died is removed by the next run that reads the ledger.
 *
 * A guest may start when enough memory is available for it: what the host has
 * left (MemAvailable, the limits of our control groups), less a margin, less
 * what running guests have reserved and not used yet. So many guests started at
 * once queue instead of making the host swap or its OOM killer act.
 *
 * Under TCG a guest needs a processor all the time, and has timeouts of its
 *own: with many guests on one processor, their kernels report processors and
 *tasks that hang. So the number of such guests is limited too, by the setting
 * GUESTS_PER_CPU.
 */
#ifndef VT_RESERVE_H
#define VT_RESERVE_H

#include <stdint.h>

#include "base/err.h"
#include "host/reserve_ledger.h"
#include "qemu/accel.h"

struct vt_reserve {
	struct vt_ledger ledger;
	int events;         /* inotify on the ledger; -1: none */
	uint64_t waited_ms; /* in the queue; 0: did not wait */
	bool emulated;      /* set it before: the guest runs under TCG */
};
#define VT_RESERVE_INIT                                                        \
	{                                                                      \
		.ledger = VT_LEDGER_INIT, .events = -1                         \
	}

/**
 * vt_reserve_guest_mib() - what a guest needs of the host: its own memory and
 * that of QEMU
 * Source: measured, see reserve.c
 */
long vt_reserve_guest_mib(long mem_mib, enum vt_accel accel);

/**
 * vt_reserve_take() - reserve memory, after those who came earlier; prints one
 * line when it has to wait
 * @signal_fd: from vt_signals_block(); -1: none
 * Return: 0 reserved; the number of a signal that arrived; -1
 * Errors: VT_USAGE for a bad setting; VT_HOST when the host never has that
 * much, when no other guest is left to wait for, or when other users can access
 * the ledger
 */
int vt_reserve_take(
	struct vt_reserve *r, long mib, int signal_fd, struct vt_err **err);
void vt_reserve_give(struct vt_reserve *r);
#define VT_AUTO_RESERVE __attribute__((cleanup(vt_reserve_give)))

/* The decision and what it depends on; public for unit tests. */
enum vt_reserve_answer { VT_RESERVE_YES, VT_RESERVE_WAIT, VT_RESERVE_NEVER };
struct vt_reserve_host {
	long ever_mib;  /* for guests when nothing else runs */
	long left_mib;  /* for guests now */
	bool simulated; /* by VT_TEST_HOST_MIB */
	long cpus;      /* on which we may run */
	long emulated;  /* most guests under TCG at a time; 0: no limit */
};
/** vt_reserve_decide() - whether the owner number `self` may start its guest
 * @idle_ms: for how long no run has held memory */
enum vt_reserve_answer vt_reserve_decide(const struct vt_ledger *l, size_t self,
	const struct vt_reserve_host *host, uint64_t idle_ms);

/* reserve_host.c */

/** vt_reserve_host_read() - the memory of this host, or what VT_TEST_HOST_MIB
 * says instead
 * Errors: VT_HOST without /proc/meminfo */
int vt_reserve_host_read(struct vt_reserve_host *host, struct vt_err **err);
/** vt_reserve_host_usage() - set used_mib of each holder in the ledger */
void vt_reserve_host_usage(
	const struct vt_reserve_host *host, struct vt_ledger *l);
/**
 * vt_reserve_cgroup() - apply the limits of our control groups, v1 or v2
 * @root: /sys/fs/cgroup
 * @self: the content of /proc/self/cgroup
 * *limit_mib and *left_mib are lowered, never raised. The page cache does not
 * count as used, because the kernel reclaims it.
 */
void vt_reserve_cgroup(
	const char *root, const char *self, long *limit_mib, long *left_mib);

#endif
