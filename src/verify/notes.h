/* Notes: a kernel's warning, a crash or a core dump on a console. */
#ifndef VT_VERIFY_NOTES_H
#define VT_VERIFY_NOTES_H

#include "check.h"

/** notes_take() - note what the consoles have of such lines; with `strict`, add
 * a check for each kind of them instead */
void notes_take(struct verify *v);

#endif
