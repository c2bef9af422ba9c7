/* A plan whose contents are there becomes what readers see: files, then
 * products, then the index; what is old goes after that. */
#ifndef SYNC_COMMIT_H
#define SYNC_COMMIT_H

#include "locks.h"
#include "plan.h"

struct committed {
	size_t files;          /* placed */
	size_t added, removed; /* versions */
};

/** commit() - of versions that are complete; the others stay as they were
 * `held` is changed and saved. Takes the readers' lock when there is anything
 * to change.
 * Errors: VT_TIMEOUT for the lock: what was fetched is kept */
int commit(struct plan *p, struct held *held, struct locks *locks,
	struct committed *done, struct vt_err **err);
/** commit_print() - what it would do, to standard output */
void commit_print(const struct plan *p);

#endif
