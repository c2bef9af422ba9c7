/* What vt-install cannot make of a storage config that curtin could. */
#ifndef LIMITS_H
#define LIMITS_H

#include "steps.h"

/** limits_check() - all entries of a graph
 * Errors: VT_USAGE with a position, naming the entry */
int limits_check(const struct vt_graph *g, struct vt_err **err);

#endif
