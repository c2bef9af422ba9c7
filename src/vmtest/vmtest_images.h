/* The images that tests can use. */
#ifndef VT_VMTEST_IMAGES_H
#define VT_VMTEST_IMAGES_H

#include "base/str.h"

/** images_table() - append a table of the newest root images in IMAGE_DIR, with
 * release, version, architecture and path; or a line that says that there is
 * none */
void images_table(struct vt_str *out);

#endif
