/* Checks of names of archive members and image entries, which come from a guest
 * and may be hostile. */
#ifndef VT_ENTRY_NAME_H
#define VT_ENTRY_NAME_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

enum { VT_ENTRY_NAME_MAX = 1024, VT_ENTRY_DEPTH_MAX = 64 };

/**
 * vt_entry_clean() - a name without ".", "//" and a trailing slash
 * @out: cleared and set; "" for the root directory
 * Errors: VT_FAILED for an absolute name, "..", and names that are too long or
 *   have too many levels
 */
int vt_entry_clean(const char *name, struct vt_str *out, struct vt_err **err);

/** vt_entry_is_component() - is this a valid name of a directory entry? */
bool vt_entry_is_component(const char *name);

/** vt_entry_shown() - a name for a message: printable, and cut if it is long;
 * Return: owned */
char *vt_entry_shown(const char *name);

#endif
