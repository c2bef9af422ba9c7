/* Applying a plan to a tree: files first, then the products files, then the
 * index; obsolete files are removed last. Each intermediate state is usable
 * for readers.
 *
 *	struct commit_result done = {0};
 *	while downloads run:
 *		commit_ready(&plan, &catalog, &locks, &done, err)
 *	commit(&plan, &catalog, &locks, &done, err)
 */
#ifndef SYNC_COMMIT_H
#define SYNC_COMMIT_H

#include "locks.h"
#include "sync_plan.h"

struct commit_result {
	size_t files;          /* linked into the tree */
	size_t added, removed; /* versions */
};

/** commit_ready() - add the versions that are complete; remove nothing
 * Does nothing while readers hold their lock; it does not wait for them.
 * @done: the counts are added to it
 * Errors: afterwards `catalog` may differ from the disk; do not use it */
int commit_ready(struct plan *p, struct catalog *catalog, struct locks *locks,
	struct commit_result *done, struct vt_err **err);
/** commit() - carry out the whole plan, except for versions that are not
 * complete and the removal of those that they would replace
 * Updates `catalog` and saves it. Takes the readers' lock when there is
 * something to change, and releases it afterwards.
 * Errors: VT_TIMEOUT for the lock; downloaded files are kept */
int commit(struct plan *p, struct catalog *catalog, struct locks *locks,
	struct commit_result *done, struct vt_err **err);
/** commit_print() - print what commit() would do to standard output */
void commit_print(const struct plan *p);

#endif
