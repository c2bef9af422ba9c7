/* What is asked once and kept: files below $XDG_CACHE_HOME/vt (~/.cache/vt).
 * Losing one costs the asking again; one that cannot be kept is no error.
 */
#ifndef VT_CACHE_H
#define VT_CACHE_H

#include <stddef.h>

/** vt_cache_get() - Return: the content (owned), or NULL when there is none */
char *vt_cache_get(const char *name, size_t max);

/** vt_cache_put() - @name: may have directories in it */
void vt_cache_put(const char *name, const char *text);

#endif
