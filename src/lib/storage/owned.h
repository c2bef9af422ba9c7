/* The signatures that a config puts on a device: what libblkid must find there,
 * and nothing else. */
#ifndef VT_OWNED_H
#define VT_OWNED_H

#include "base/str.h"
#include "graph/graph.h"

struct vt_owned {
	struct vt_strv types; /* libblkid's words */
	size_t arrays;        /* which may each have an MD superblock */
	bool any;             /* it has a file system of an unknown type */
};

/** vt_owned_signatures() - of what is made of a device: its partition table,
 * file system or layer, and what lies on the layers */
struct vt_owned vt_owned_signatures(
	const struct vt_graph *g, const struct vt_dev *d);
void vt_owned_free(struct vt_owned *o);
#define VT_AUTO_OWNED __attribute__((cleanup(vt_owned_free)))

#endif
