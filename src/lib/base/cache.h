/* A cache of short texts: files below $XDG_CACHE_HOME/vt, by default
 * ~/.cache/vt. An entry may disappear at any time, and the caller then computes
 * it again; failing to write one is not an error.
 */
#ifndef VT_CACHE_H
#define VT_CACHE_H

#include <stddef.h>

/** vt_cache_path() - the path of an entry, for those that are not short texts
 * Return: owned, or NULL if neither XDG_CACHE_HOME nor HOME is set */
char *vt_cache_path(const char *name);

/** vt_cache_boot() - the id of this boot of the host, for what is known only
 * until the next one; owned; "": not known */
char *vt_cache_boot(void);

/** vt_cache_get() - read an entry of at most `max` bytes
 * Return: its content (owned), or NULL if there is no such entry */
char *vt_cache_get(const char *name, size_t max);

/** vt_cache_put() - write an entry
 * @name: may contain '/'; missing directories are created */
void vt_cache_put(const char *name, const char *text);

#endif
