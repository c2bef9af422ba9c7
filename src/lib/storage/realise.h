/* What curtin makes of a config's statements: the values that the disks and the
 * booted system show after the installation, where they differ from the
 * config. */
#ifndef VT_REALISE_H
#define VT_REALISE_H

#include "graph/graph.h"

/**
 * vt_realise() - set the fields of each entry to the values that curtin makes
 * of them, and mark those that can be found after the installation as expected
 * @g: has been read and measured
 */
void vt_realise(struct vt_graph *g);

/** vt_realise_swap() - add an entry for the section `swap`, once; a part of
 * vt_realise() */
void vt_realise_swap(struct vt_graph *g);

/**
 * vt_realise_flag() - the flag by which a partition gets its type: "linux" for
 * flags that the version or the kind of table does not know, and without a flag
 * On msdos "boot" marks the partition as active.
 * Return: a flag of part_types.h
 */
const char *vt_realise_flag(const struct vt_dev *partition, long version);
/** vt_realise_options() - of a mount, as fstab has them */
char *vt_realise_options(const struct vt_dev *mount);
/** vt_realise_fstype() - of a mount, as fstab has it */
const char *vt_realise_fstype(const struct vt_dev *mount);
/** vt_realise_label() - of a format, cut to the length that its mkfs accepts;
 * or NULL; owned */
char *vt_realise_label(const struct vt_dev *format);

/* For the rules of single types. */

/** vt_realise_mount(), vt_realise_dm_crypt() - rules of realise_mount.c */
void vt_realise_mount(struct vt_graph *g, struct vt_dev *d);
void vt_realise_dm_crypt(struct vt_graph *g, struct vt_dev *d);

/** vt_realise_wipe() - what is expected of `wipe`, once all types have their
 * values (realise_wipe.c) */
void vt_realise_wipe(const struct vt_graph *g, struct vt_dev *d);

#endif
