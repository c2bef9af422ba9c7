/* Broken files of a mirror are fetched again from where they came from. */
#ifndef SYNC_REPAIR_H
#define SYNC_REPAIR_H

#include "sync_options.h"
#include "tree.h"

/** repair() - @broken: path -> {id, sha256, size, source_path}
 * Errors: VT_FAILED when files are still broken */
int repair(const struct options *o, const struct tree *t, json_t *broken,
	struct vt_err **err);

#endif
