/* Paths that we put into a tree, so that we can tell them from files of
 * others: only these are ever removed, once no stream names them.
 *
 * A path is noted before its file appears; what a kill leaves is collected by
 * the next writer.
 */
#ifndef SYNC_JOURNAL_H
#define SYNC_JOURNAL_H

#include "held.h"

/** journal_add() - the keys of an object; on the disk when it returns */
int journal_add(const struct tree *t, json_t *paths, struct vt_err **err);
/** journal_collect() - remove noted files that no stream names
 * @removed: counts them
 * @dry: only count */
int journal_collect(const struct tree *t, const struct held *h, bool dry,
	size_t *removed, struct vt_err **err);

#endif
