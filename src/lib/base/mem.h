/* Memory and cleanup attributes.
 *
 * Allocation does not fail: out of memory aborts, since no tool of this size
 * can do better than die, and its children die with it. Sizes that come from
 * a guest, a server or a file are bounded before anything is allocated.
 */
#ifndef VT_MEM_H
#define VT_MEM_H

#include <stddef.h>
#include <stdio.h>

void *vt_alloc(size_t size);            /* zeroed */
void *vt_calloc(size_t n, size_t size); /* zeroed */
void *vt_realloc(void *p, size_t n, size_t size);
char *vt_strdup(const char *s); /* NULL gives NULL */
char *vt_strndup(const char *s, size_t len);
char *vt_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

void vt_freep(void *p);        /* of a pointer to a malloc'ed pointer */
void vt_closep(const int *fd); /* closes when >= 0 */
void vt_fclosep(FILE **f);

#define VT_AUTO_FREE __attribute__((cleanup(vt_freep)))
#define VT_AUTO_CLOSE __attribute__((cleanup(vt_closep)))
#define VT_AUTO_FILE __attribute__((cleanup(vt_fclosep)))

#define VT_COUNT(a) (sizeof(a) / sizeof((a)[0]))

#endif
