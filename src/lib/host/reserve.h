/* Room: guests' memory is reserved before they start.
 *
 *	VT_AUTO_RESERVE struct vt_reserve room = VT_RESERVE_INIT;
 *	int rc = vt_reserve_take(&room, &want, err);
 *	if (rc < 0) ...			no room, now or ever
 *	if (rc > 0) ...			signal number rc came while it waited
 *	... the guest runs and ends ...
 *	vt_reserve_give(&room);		also at the end of the scope
 *
 * All runs of a user meet in one ledger ($XDG_RUNTIME_DIR/vt/room, or
 * /tmp/vt-UID/room): a line for each, in order of arrival. Who came first is
 * served first, so that a big guest is not passed by small ones for ever. A
 * run that died is struck off by whoever looks next. A guest may start when
 * what the host has left (MemAvailable, the limits of our control groups), less
 * a margin and less what running guests were promised and have not used yet,
 * is enough for it: many starts at once queue, and the host neither swaps nor
 * kills.
 */
#ifndef VT_RESERVE_H
#define VT_RESERVE_H

#include <stdint.h>

#include "base/err.h"
#include "host/reserve_ledger.h"
#include "qemu/accel.h"

struct vt_reserve {
	struct vt_ledger ledger;
	int events;         /* inotify on the ledger; -1: by timer alone */
	uint64_t waited_ms; /* in the queue; 0: our turn at once */
};
#define VT_RESERVE_INIT                                                        \
	{                                                                      \
		.ledger = VT_LEDGER_INIT, .events = -1                         \
	}

/**
 * vt_reserve_guest_mib() - what a guest takes of the host: its memory and what
 * QEMU needs beside it
 * Source: measured, see room.c
 */
long vt_reserve_guest_mib(long mem_mib, enum vt_accel accel);

/**
 * vt_reserve_take() - reserve, in our turn; says in one line that it waits
 * @signal_fd: vt_signals_block(); -1: none
 * Return: 0 reserved; the number of a signal to us; -1
 * Errors: VT_HOST for more than this host has, when nothing is left to wait
 *   for, and for a ledger that is not ours alone
 */
int vt_reserve_take(
	struct vt_reserve *r, long mib, int signal_fd, struct vt_err **err);
void vt_reserve_give(struct vt_reserve *r);
#define VT_AUTO_RESERVE __attribute__((cleanup(vt_reserve_give)))

/* What follows from the ledger and the host; apart for tests. */
enum vt_reserve_answer { VT_RESERVE_YES, VT_RESERVE_WAIT, VT_RESERVE_NEVER };
struct vt_reserve_host {
	long ever_mib, left_mib;
	bool pretended;
};
/** vt_reserve_decide() - for the owner `self`
 * @idle_ms: how long nobody has held anything */
enum vt_reserve_answer vt_reserve_decide(const struct vt_ledger *l, size_t self,
	const struct vt_reserve_host *host, uint64_t idle_ms);

/* room_host.c */

/** vt_reserve_host_read() - this host, or the one that VT_TEST_ROOM_MIB
 * pretends Errors: VT_HOST without /proc/meminfo */
int vt_reserve_host_read(struct vt_reserve_host *host, struct vt_err **err);
/** vt_reserve_host_usage() - how much each holder's guest has used already */
void vt_reserve_host_usage(
	const struct vt_reserve_host *host, struct vt_ledger *l);
/**
 * vt_reserve_cgroup() - the tightest limit of our control groups, v1 or v2
 * @root: /sys/fs/cgroup
 * @self: what /proc/self/cgroup says
 * *limit_mib and *left_mib are lowered, never raised. Pages of files do not
 * count as used: they give way.
 */
void vt_reserve_cgroup(
	const char *root, const char *self, long *limit_mib, long *left_mib);

#endif
