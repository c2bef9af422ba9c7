/* The images that a run finds. */
#ifndef VT_VMTEST_IMAGES_H
#define VT_VMTEST_IMAGES_H

#include "base/str.h"

/** images_table() - release, version, architecture and place of each newest
 * root image in IMAGE_DIR, or a line that says that there is none */
void images_table(struct vt_str *out);

#endif
