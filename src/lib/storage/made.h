/* Disks of a config whose path is that of a device which another entry makes:
 * /dev/bcache0, /dev/md0, /dev/mapper/NAME. */
#ifndef VT_MADE_H
#define VT_MADE_H

#include "graph/graph.h"

/** vt_realise_made() - name the entry that makes each such disk */
void vt_realise_made(struct vt_graph *g);

#endif
