/* verify.yaml's lists of devices: each with its id, its position in the config,
 * the devices it is made of, and what is expected of it. */
#ifndef VT_EXPECT_H
#define VT_EXPECT_H

#include "graph/graph.h"

/** vt_graph_write() - write a realised graph for vt_graph_read_expected()
 * Return: a map of `doc`, with a list for each type */
struct vt_node *vt_graph_write(const struct vt_graph *g, struct vt_doc *doc);

/** vt_graph_read_expected() - what vt_graph_write() wrote: entries with what is
 * expected of them; a key that an entry cannot have is an error
 * @g: its `types` is set */
int vt_graph_read_expected(
	struct vt_graph *g, const struct vt_node *map, struct vt_err **err);

#endif
