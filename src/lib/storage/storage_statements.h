/* The statements of `storage` and `swap`. */
#ifndef VT_STORAGE_STATEMENTS_H
#define VT_STORAGE_STATEMENTS_H

#include "graph/statements.h"

/**
 * vt_storage_statements() - add those of `storage` and `swap`
 * @config: the root that the graph was read from; the graph is realised
 * @none: NULL, or why no statement is answered: the storage config is not
 *   carried out
 */
void vt_storage_statements(struct vt_statements *s, const struct vt_graph *g,
	const struct vt_node *config, const char *none);

#endif
