/* Locks on files and directories, by flock(2): they go with their holder,
 * however that ends. */
#ifndef VT_LOCK_H
#define VT_LOCK_H

#include <stdbool.h>

#include "base/err.h"

/* Who waits how long. */
struct vt_lock_wait {
	long seconds; /* -1: for ever, 0: not at all */
	int signals;  /* a signalfd that ends the waiting; -1: none */
};

/** vt_lock() - lock an open file
 * @name: for messages; the first one says that it is waited for
 * Errors: VT_TIMEOUT; VT_HOST for a signal (left in the signalfd) */
int vt_lock(int fd, bool exclusive, const char *name,
	const struct vt_lock_wait *wait, struct vt_err **err);

#endif
