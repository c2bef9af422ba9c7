/* Placeholders of a config, such as __ROOTFS_FORMAT__: a test replaces them by
 * `conf_replace`. */
#ifndef VT_RULES_TOKENS_H
#define VT_RULES_TOKENS_H

#include "plan.h"

/** vt_plan_tokens() - check that no placeholder is left, before a plan is
 * carried out; __RFC4173__ is vt-pack's
 * Errors: VT_USAGE at the first one */
int vt_plan_tokens(const struct vt_plan *plan, struct vt_err **err);

#endif
