/* Checks of names of archive members and image entries, which come from a guest
 * and may be hostile. */
#ifndef VT_COLLECT_MEMBER_H
#define VT_COLLECT_MEMBER_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

enum { MEMBER_NAME_MAX = 1024, MEMBER_DEPTH_MAX = 64 };

/**
 * member_clean() - a name without ".", "//" and a trailing slash
 * @out: cleared and set; "" for the root directory
 * Errors: VT_FAILED for an absolute name, "..", and names that are too long or
 *   have too many levels
 */
int member_clean(const char *name, struct vt_str *out, struct vt_err **err);

/** member_is_component() - is this a valid name of a directory entry? */
bool member_is_component(const char *name);

/** member_shown() - a name for a message: printable, and cut if it is long;
 * Return: owned */
char *member_shown(const char *name);

#endif
