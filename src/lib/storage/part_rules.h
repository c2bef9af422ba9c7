/* The partitions of one device: their numbers, and what its kind of table and
 * the version of the config allow.
 */
#ifndef VT_PART_RULES_H
#define VT_PART_RULES_H

#include "graph/graph.h"

/**
 * vt_parts_number() - give each partition of a device its number: a partition
 * without one gets curtin's, which is its place among them
 * Errors: VT_USAGE for a number above 256, and for one that occurs twice
 */
int vt_parts_number(const struct vt_dev *on, struct vt_err **err);

/**
 * vt_parts_check() - check that curtin can make the numbered partitions
 * @version: of the config: version 1 adds partitions one by one with parted and
 *   sgdisk, version 2 writes one table with sfdisk
 * Errors: VT_USAGE
 */
int vt_parts_check(const struct vt_dev *on, long version, struct vt_err **err);

#endif
