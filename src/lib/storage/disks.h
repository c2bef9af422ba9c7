/* Which entries of type disk are disks of the machine. */
#ifndef VT_DISKS_H
#define VT_DISKS_H

#include "graph/graph.h"

/** vt_dev_is_machine_disk() - whether the machine must have the disk: entries
 * of this type can also be devices that curtin created, or disks of a server */
bool vt_dev_is_machine_disk(const struct vt_dev *d);

/** vt_dev_is_iscsi() - whether it is a disk of the test's iSCSI server */
bool vt_dev_is_iscsi(const struct vt_dev *d);

/** vt_dev_disk() - the disk itself, or the disk of a partition; NULL: neither
 */
const struct vt_dev *vt_dev_disk(const struct vt_dev *d);

/** vt_dev_sector_bytes() - of its disk, as verify.yaml has it, or 512 */
unsigned vt_dev_sector_bytes(const struct vt_dev *d);

/** vt_dev_has_parts() - whether the config has partitions on it */
bool vt_dev_has_parts(const struct vt_dev *d);
/** vt_dev_has_only_parts() - whether nothing else is made of it */
bool vt_dev_has_only_parts(const struct vt_dev *d);

/** vt_dev_is_used() - whether another entry is made of it */
bool vt_dev_is_used(const struct vt_dev *d);

#endif
