/* The entries of a storage section, one by one. */
#ifndef ENTRIES_H
#define ENTRIES_H

#include "plan.h"

/** entry_read() - add one entry to the plan; what it refers to stands above it
 * Errors: VT_USAGE with a position, naming the entry */
int entry_read(
	const struct vt_node *entry, struct plan *p, struct vt_err **err);

#endif
