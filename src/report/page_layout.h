/* The layout that a config asks for, drawn, with what was found beside what was
 * expected where they differ. */
#ifndef VT_REPORT_PAGE_LAYOUT_H
#define VT_REPORT_PAGE_LAYOUT_H

#include "graph/graph.h"
#include "test/result.h"

/** page_layout() - append a drawing: the entries of a graph of verify.yaml,
 * left to right from what is used to what is made of it, each with the checks
 * of its keys. Nothing is added for an empty graph. */
void page_layout(struct vt_str *out, const struct vt_graph *g,
	const struct vt_result *r, const char *title);

#endif
