/* What curtin makes of a config's statements: the values that disks and the
 * booted system then show, where they differ from what is written. */
#ifndef VT_REALISE_H
#define VT_REALISE_H

#include "storage/graph.h"

/**
 * vt_realise() - set the fields of each entry to what is made of them, and
 * mark those that are to be found again as expected
 * @g: read, and measured: sizes that nobody can expect are still there
 */
void vt_realise(struct vt_graph *g);

/** vt_realise_options() - of a mount, as fstab has them */
char *vt_realise_options(const struct vt_dev *mount);
/** vt_realise_fstype() - of a mount, as fstab has it; "" when nobody says */
const char *vt_realise_fstype(const struct vt_dev *mount);
/** vt_realise_label() - of a format, as long as its mkfs takes; or NULL */
char *vt_realise_label(const struct vt_dev *format);

#endif
