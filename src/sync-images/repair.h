/* Repair of a mirror: broken files are downloaded again from the servers that
 * they came from. */
#ifndef SYNC_REPAIR_H
#define SYNC_REPAIR_H

#include "sync_options.h"
#include "tree.h"

/** repair() - replace broken files
 * @broken: path -> {id, sha256, size, source_path}; repaired ones are removed
 * Errors: VT_FAILED when some are still broken; does not return when a signal
 *   ended the downloads */
int repair(const struct options *o, const struct tree *t, json_t *broken,
	struct vt_err **err);

#endif
