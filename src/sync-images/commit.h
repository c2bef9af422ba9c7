/* A plan whose contents are there becomes what readers see: files, then
 * products, then the index; what is old goes after that.
 *
 *	struct committed done = {0};
 *	while files arrive: commit_ready(&plan, &held, &locks, &done, err)
 *	commit(&plan, &held, &locks, &done, err)
 */
#ifndef SYNC_COMMIT_H
#define SYNC_COMMIT_H

#include "locks.h"
#include "sync_plan.h"

struct committed {
	size_t files;          /* placed */
	size_t added, removed; /* versions */
};

/** commit_ready() - versions that are complete by now appear; nothing goes
 * While readers hold their lock nothing happens: they are not waited for.
 * @done: added to
 * Errors: `held` may be ahead of the disk then, and is of no more use */
int commit_ready(struct plan *p, struct held *held, struct locks *locks,
	struct committed *done, struct vt_err **err);
/** commit() - all of it, but for versions that are not complete and those
 * that they would replace
 * `held` is changed and saved. Takes the readers' lock when there is anything
 * to change, and lets it go.
 * Errors: VT_TIMEOUT for the lock: what was fetched is kept */
int commit(struct plan *p, struct held *held, struct locks *locks,
	struct committed *done, struct vt_err **err);
/** commit_print() - what it would do, to standard output */
void commit_print(const struct plan *p);

#endif
