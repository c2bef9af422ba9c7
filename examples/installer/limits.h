/* The limits of vt-install: storage configs that curtin supports and it does
 * not. */
#ifndef LIMITS_H
#define LIMITS_H

#include "steps.h"

/** limits_check() - check all entries of a graph
 * Errors: VT_USAGE with a position, naming the entry */
int limits_check(const struct vt_graph *g, struct vt_err **err);

#endif
