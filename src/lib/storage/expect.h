/* verify.yaml's lists of devices: each with its id, its position in the config,
 * the devices it is made of, and what is expected of it. */
#ifndef VT_EXPECT_H
#define VT_EXPECT_H

#include "storage/graph.h"

/** vt_storage_write() - write a realised graph for vt_storage_read_expected()
 * Return: a map of `doc`, with a list for each type */
struct vt_node *vt_storage_write(const struct vt_graph *g, struct vt_doc *doc);

#endif
