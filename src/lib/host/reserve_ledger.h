/* The ledger of room.c: who holds memory of the host, and who waits for it.
 *
 *	struct vt_ledger l = VT_LEDGER_INIT;
 *	vt_ledger_lock(&l, signal_fd, err)	opens, locks, reads
 *	... l.owners ...
 *	vt_ledger_store(&l, err)  or  vt_ledger_unlock(&l)
 *	vt_ledger_close(&l)
 *
 * A text file: "PID START MIB waiting|holding", where START is the process's
 * start time, so that another process of that number is not taken for it. A
 * reader strikes off who is dead. The file is removed with its last line, and
 * its directory when nothing else is there. Processes of another PID namespace
 * (a container that shares /tmp) look dead: what their guests have not used yet
 * is not counted.
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
	bool holds;
	long used_mib; /* by its guest; not in the file */
};

struct vt_ledger {
	char *dir;
	int dir_fd, fd; /* -1: not open */
	struct vt_reserve_owner *owners;
	size_t n;
	bool changed; /* by what reading struck off */
};
#define VT_LEDGER_INIT                                                         \
	{                                                                      \
		.dir_fd = -1, .fd = -1                                         \
	}

/**
 * vt_ledger_lock() - open when it is not, lock, read
 * Return: 0; 1 when signal_fd (-1: none) had something to read first; -1
 * Errors: VT_HOST, also for a directory of somebody else in its place
 */
int vt_ledger_lock(struct vt_ledger *l, int signal_fd, struct vt_err **err);
/** vt_ledger_store() - write and unlock */
int vt_ledger_store(struct vt_ledger *l, struct vt_err **err);
void vt_ledger_unlock(struct vt_ledger *l);
void vt_ledger_close(struct vt_ledger *l);

/** vt_ledger_self() - our own line; Return: its index, l->n when there is none
 */
size_t vt_ledger_self(const struct vt_ledger *l);
/** vt_ledger_join() - a line of our own at the end, waiting */
size_t vt_ledger_join(struct vt_ledger *l, long mib);
void vt_ledger_leave(struct vt_ledger *l);

#endif
