/* Download of the files of a plan, below .vt-sync/: to parts/SHA256 while they
 * arrive, then, checked and synced, to whole/SHA256. commit() links them into
 * the tree. An interrupted download is resumed by the next transfer(). */
#ifndef SYNC_TRANSFER_H
#define SYNC_TRANSFER_H

#include "sync_plan.h"

/* Called a few times a second. Return: 0; -1 ends the transfer */
typedef int transfer_hook(void *ctx, struct vt_err **err);

/** transfer() - download the files of a plan that the tree does not have
 * Sets content.local_path of each file when it is complete.
 * @hook: may be NULL
 * Return: the number of files that could not be downloaded, each with an error
 *   in the log; -1 after a signal, for a full disk, or when the hook fails */
int transfer(struct plan *p, struct vt_fetch *f, const struct source *source,
	transfer_hook *hook, void *ctx, struct vt_err **err);
/** transfer_check_space() - check the free space for the files of a plan
 * Errors: VT_HOST when it is too small */
int transfer_check_space(const struct plan *p, struct vt_err **err);
/** transfer_remove_old() - remove partial and complete downloads below
 * .vt-sync/ that are older than `seconds`
 * Return: their number, or -1 */
int transfer_remove_old(
	const struct tree *t, long seconds, struct vt_err **err);

#endif
