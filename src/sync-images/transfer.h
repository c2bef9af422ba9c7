/* Contents that a plan wants come from servers into our notes: parts while
 * they arrive, whole once checked and synced. */
#ifndef SYNC_TRANSFER_H
#define SYNC_TRANSFER_H

#include "sync_plan.h"

/* What else is done some times a second. Return: 0; -1 ends it all */
typedef int transfer_hook(void *ctx, struct vt_err **err);

/** transfer() - fetch what the plan wants and the tree does not have
 * What came has `have` set.
 * @hook: may be NULL
 * Return: the number of contents that cannot be had, each named in the log;
 *   -1 for a signal, a disk that is full, and when the hook says so */
int transfer(struct plan *p, struct vt_fetch *f, const struct source *source,
	transfer_hook *hook, void *ctx, struct vt_err **err);
/** transfer_room() - VT_HOST when the disk has too little room */
int transfer_room(const struct plan *p, struct vt_err **err);
/** transfer_clean() - remove parts that are older than that many seconds and
 * whole files that nobody placed; Return: how many, or -1 */
int transfer_clean(const struct tree *t, long seconds, struct vt_err **err);

#endif
