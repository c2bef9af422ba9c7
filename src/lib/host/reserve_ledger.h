/* The ledger of memory reservations: which runs hold memory of the host, and
 * which wait for it.
 *
 *	struct vt_ledger l = VT_LEDGER_INIT;
 *	vt_ledger_lock(&l, signal_fd, err)	opens, locks, reads
 *	... l.owners ...
 *	vt_ledger_store(&l, err)  or  vt_ledger_unlock(&l)
 *	vt_ledger_close(&l)
 *
 * A text file with lines "PID START MIB waiting|holding". START is the
 * process's start time, so that a process that reuses the PID is not taken for
 * it. MIB has a plus sign if the guest runs under TCG: older versions of vt
 * read the number alike. A reader removes the lines of dead processes. The file
 * is removed with its last line, and its directory when it is empty. Processes
 * of another PID namespace (a container that shares /tmp) look dead, so memory
 * that they have reserved and not used yet is not counted.
 */
#ifndef VT_RESERVE_LEDGER_H
#define VT_RESERVE_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

struct vt_reserve_owner {
	pid_t pid;
	unsigned long long start;
	long mib;
	bool emulated; /* its guest runs under TCG */
	bool holds;
	long used_mib; /* by its guest; not in the file */
};

struct vt_ledger {
	char *dir;
	int dir_fd, fd; /* -1: not open */
	struct vt_reserve_owner *owners;
	size_t n;
	bool changed; /* reading dropped lines */
};
#define VT_LEDGER_INIT                                                         \
	{                                                                      \
		.dir_fd = -1, .fd = -1                                         \
	}

/**
 * vt_ledger_lock() - open the ledger if necessary, lock and read it
 * Return: 0; 1 when signal_fd (-1: none) became readable first; -1
 * Errors: VT_HOST, also when its directory belongs to another user
 */
int vt_ledger_lock(struct vt_ledger *l, int signal_fd, struct vt_err **err);
/** vt_ledger_store() - write and unlock */
int vt_ledger_store(struct vt_ledger *l, struct vt_err **err);
void vt_ledger_unlock(struct vt_ledger *l);
void vt_ledger_close(struct vt_ledger *l);

/** vt_ledger_self() - Return: the index of this process, or l->n */
size_t vt_ledger_self(const struct vt_ledger *l);
/** vt_ledger_join() - append this process, as waiting; Return: its index */
size_t vt_ledger_join(struct vt_ledger *l, long mib);
void vt_ledger_leave(struct vt_ledger *l);

#endif
