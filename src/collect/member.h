/* Names of archive members and image entries, which are hostile. */
#ifndef VT_COLLECT_MEMBER_H
#define VT_COLLECT_MEMBER_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

enum { MEMBER_NAME_MAX = 1024, MEMBER_DEPTH_MAX = 64 };

/**
 * member_clean() - a name without ".", "//" and a slash at the end
 * @out: emptied and filled; "" for the root itself
 * Errors: VT_FAILED for an absolute name, "..", and names too long or too deep
 */
int member_clean(const char *name, struct vt_str *out, struct vt_err **err);

/** member_is_component() - can this be one name in a directory? */
bool member_is_component(const char *name);

/** member_shown() - a name for a message: printable, cut; Return: owned */
char *member_shown(const char *name);

#endif
