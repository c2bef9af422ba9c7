/* Which entries of type disk are disks of the machine. */
#ifndef VT_DISKS_H
#define VT_DISKS_H

#include "storage/graph.h"

/** vt_dev_is_machine_disk() - a disk that the machine must have. curtin also
 * calls by this name what it made itself, and what a server elsewhere has. */
bool vt_dev_is_machine_disk(const struct vt_dev *d);

/** vt_dev_is_iscsi() - a disk of the server that tests have */
bool vt_dev_is_iscsi(const struct vt_dev *d);

/** vt_dev_disk() - the disk that a disk or partition lies on; NULL: none */
const struct vt_dev *vt_dev_disk(const struct vt_dev *d);

/** vt_dev_is_used() - whether something is made of it */
bool vt_dev_is_used(const struct vt_dev *d);

#endif
