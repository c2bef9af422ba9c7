/* Locks on a tree.
 *
 *	AUTO_LOCKS struct locks l = LOCKS_INIT;
 *	locks_exclude_writers(&l, tree, err)    before anything is read
 *	locks_exclude_readers(&l, tree, err)    before anything visible changes
 *	locks_admit_readers(&l)                 when the change is complete
 *
 * The writers' lock, a file in .vt-sync/, allows one writer at a time; readers
 * ignore it. Readers are excluded by the two locks of curtin's tools, so that
 * its test runners and ours respect each other: first the directory itself
 * ("gate"), which keeps new readers from starting, then the file
 * vmtest-images.lock, which each reader holds shared while it runs.
 *
 * A writer that runs inside `vt-sync lock` is nested: it adds new versions
 * without these two locks, and leaves the removal of old ones to the next
 * writer.
 */
#ifndef SYNC_LOCKS_H
#define SYNC_LOCKS_H

#include <stdbool.h>

#include "tree.h"

struct locks {
	int signals; /* a signalfd that interrupts the wait, or -1 */
	int writers, gate, readers;
	bool nested; /* inside `vt-sync lock`: remove nothing */
};
#define LOCKS_INIT                                                             \
	{                                                                      \
		.signals = -1, .writers = -1, .gate = -1, .readers = -1        \
	}
/** locks_exclude_writers() - wait for other writers and keep them out
 * Errors: VT_TIMEOUT after IMAGE_LOCK_TIMEOUT seconds */
int locks_exclude_writers(
	struct locks *l, const struct tree *t, struct vt_err **err);
/** locks_exclude_readers() - wait for readers and keep them out
 * Errors: as locks_exclude_writers() */
int locks_exclude_readers(
	struct locks *l, const struct tree *t, struct vt_err **err);
/** locks_try_exclude_readers() - the same without waiting
 * Return: false when there are readers */
bool locks_try_exclude_readers(struct locks *l, const struct tree *t);
/** locks_admit_readers() - release the readers' locks */
void locks_admit_readers(struct locks *l);
void locks_release(struct locks *l);
#define AUTO_LOCKS __attribute__((cleanup(locks_release)))

#endif
