/* The journal: paths of all files that vt-sync put into a tree. Only these are
 * ever removed, once no stream names them; other files in the tree are kept.
 *
 * A path is recorded before its file appears, so that the next writer removes
 * what an interrupted one left behind.
 */
#ifndef SYNC_JOURNAL_H
#define SYNC_JOURNAL_H

#include "catalog.h"

/** journal_add() - record paths (the keys of an object); synced on return */
int journal_add(const struct tree *t, json_t *paths, struct vt_err **err);
/** journal_prune() - remove recorded files that no stream names
 * @removed: set to their number
 * @dry: only count them */
int journal_prune(const struct tree *t, const struct catalog *cat, bool dry,
	size_t *removed, struct vt_err **err);

#endif
