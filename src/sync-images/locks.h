/* Who may change a tree, and when.
 *
 * One writer at a time prepares: it holds the lock in our notes, while readers
 * go on. What readers see changes under the reference's two locks, so that
 * its runners and ours respect each other: the directory itself is the gate,
 * which a writer shuts first, so that no new readers come in; then the lock
 * file, which readers share while they run.
 *
 * Inside `vt-sync lock` a writer is part of a reader: it adds what is new, and
 * leaves the removal of what is old to the next one.
 */
#ifndef SYNC_LOCKS_H
#define SYNC_LOCKS_H

#include <stdbool.h>

#include "tree.h"

struct locks {
	int signals; /* a signalfd that ends the waiting, or -1 */
	int writers, gate, readers;
	bool nested; /* no removals */
};
#define LOCKS_INIT                                                             \
	{                                                                      \
		.signals = -1, .writers = -1, .gate = -1, .readers = -1        \
	}
/** locks_prepare() - keep other writers out
 * Errors: VT_TIMEOUT after IMAGE_LOCK_TIMEOUT seconds */
int locks_prepare(struct locks *l, const struct tree *t, struct vt_err **err);
/** locks_change() - keep readers out, too */
int locks_change(struct locks *l, const struct tree *t, struct vt_err **err);
/** locks_try_change() - the same, but readers are not waited for
 * Return: whether they are out */
bool locks_try_change(struct locks *l, const struct tree *t);
/** locks_changed() - readers may come in again */
void locks_changed(struct locks *l);
void locks_release(struct locks *l);
#define AUTO_LOCKS __attribute__((cleanup(locks_release)))

#endif
