/* Locks on open files and directories, by flock(2). A lock is released when the
 * last descriptor of its holder is closed, at the latest by the holder's end.
 *
 *	struct vt_lock_wait wait = {.seconds = 60, .signals = -1};
 *	if (vt_lock(fd, true, path, &wait, err) < 0) return -1;
 */
#ifndef VT_LOCK_H
#define VT_LOCK_H

#include <stdbool.h>

#include "base/err.h"

/* How long to wait for a lock. */
struct vt_lock_wait {
	long seconds; /* -1: no limit, 0: do not wait */
	int signals;  /* a signalfd that interrupts the wait; -1: none */
};

/**
 * vt_lock_try() - lock an open file, unless another process has locked it
 * @name: for messages
 * Return: 1 locked; 0 another process has the lock; -1
 * Errors: VT_HOST when the file system cannot lock (ENOLCK)
 */
int vt_lock_try(int fd, bool exclusive, const char *name, struct vt_err **err);

/** vt_lock_held() - whether some process has locked this file or directory.
 * Unlike vt_lock_try(), asking cannot get into the way of one that locks it
 * meanwhile. Processes of other PID namespaces are not seen. */
bool vt_lock_held(const char *path);

/** vt_lock() - lock an open file
 * @name: for messages; one is logged when the lock has to be waited for
 * Errors: VT_TIMEOUT; VT_HOST if a signal arrived, which is not read from the
 *   signalfd */
int vt_lock(int fd, bool exclusive, const char *name,
	const struct vt_lock_wait *wait, struct vt_err **err);

#endif
