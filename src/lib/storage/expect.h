/* verify.yaml's lists of devices: each with its id, the place that asks, the
 * devices that it is made of, and what is expected of it. */
#ifndef VT_EXPECT_H
#define VT_EXPECT_H

#include "storage/graph.h"

/** vt_storage_write() - a realised graph; vt_storage_read_expected() reads it
 * Return: a map of `doc`, a list for each type */
struct vt_node *vt_storage_write(const struct vt_graph *g, struct vt_doc *doc);

#endif
