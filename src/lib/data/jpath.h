/* Paths to values in a JSON document: `v1.init.errors[0]`, `a["b.c"].d`,
 * `list[-1]`.
 *
 * Names are separated by dots. `[N]` is an element of a list, counted from its
 * end if N is negative. `["..."]` is a name that contains dots or brackets. The
 * empty path and "." stand for the whole document.
 */
#ifndef VT_JPATH_H
#define VT_JPATH_H

#include <jansson.h>

#include "base/err.h"

/** vt_jpath_check() - check the syntax of a path; Errors: VT_USAGE */
int vt_jpath_check(const char *path, struct vt_err **err);

/** vt_jpath_get() - find the value at a path
 * @reached: set to the length of the part of the path that exists
 * Return: borrowed; NULL if there is no such value */
const json_t *vt_jpath_get(
	const json_t *root, const char *path, size_t *reached);

#endif
