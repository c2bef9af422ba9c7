/* A place in a JSON document: `v1.init.errors[0]`, `a["b.c"].d`, `list[-1]`.
 *
 * Names are separated by dots, `[N]` is an element of a list (negative: from
 * its end), `["..."]` a name with dots or brackets in it. An empty path and
 * "." are the whole document.
 */
#ifndef VT_JPATH_H
#define VT_JPATH_H

#include <jansson.h>

#include "base/err.h"

/** vt_jpath_check() - VT_USAGE that says what is wrong with the path */
int vt_jpath_check(const char *path, struct vt_err **err);

/** vt_jpath_get() - Return: borrowed; NULL when the path leads nowhere, and
 * then *reached bytes of it did lead somewhere */
const json_t *vt_jpath_get(
	const json_t *root, const char *path, size_t *reached);

#endif
