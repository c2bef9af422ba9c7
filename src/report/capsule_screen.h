/* What a person sees of a capsule that was opened. */
#ifndef VT_CAPSULE_SCREEN_H
#define VT_CAPSULE_SCREEN_H

#include "test/capsule_file.h"

/** capsule_screen() - print what failed, and how the test is resumed */
void capsule_screen(const struct vt_capsule_file *f, const char *dir);

#endif
