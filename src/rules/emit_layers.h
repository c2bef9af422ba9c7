/* The layers of a test's config: the user's files, and between them what the
 * definition's keys and the settings add.
 */
#ifndef VT_RULES_EMIT_LAYERS_H
#define VT_RULES_EMIT_LAYERS_H

#include "plan.h"

/** vt_emit_layers() - add pack.yaml's configs, merged in this order; the later
 * one wins
 * @doc: keeps their texts
 * Errors: VT_USAGE for a key that this installer cannot be told */
int vt_emit_layers(struct vt_plan *plan, struct vt_world *world,
	struct vt_doc *doc, struct vt_pack_file *file, struct vt_err **err);

#endif
