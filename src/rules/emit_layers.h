/* The layers of a test's config: the user's files, and the layers that are
 * derived from the definition's keys and from settings.
 */
#ifndef VT_RULES_EMIT_LAYERS_H
#define VT_RULES_EMIT_LAYERS_H

#include "plan.h"

/** vt_emit_layers() - add the configs to pack.yaml; vt-pack merges them in this
 * order, later ones override earlier ones
 * @doc: owns their texts
 * Errors: VT_USAGE for a key that the installer does not support */
int vt_emit_layers(struct vt_plan *plan, struct vt_world *world,
	struct vt_doc *doc, struct vt_pack_file *file, struct vt_err **err);

#endif
