/* Memory allocation, and attributes that free a local variable's value when it
 * goes out of scope.
 *
 * Allocation does not fail: out of memory aborts the process, and its children
 * end with it. So sizes that come from a guest, a server or a file must be
 * checked against a limit before anything is allocated. Results are owned by
 * the caller.
 */
#ifndef VT_MEM_H
#define VT_MEM_H

#include <stddef.h>
#include <stdio.h>

void *vt_alloc(size_t size);            /* zeroed */
void *vt_calloc(size_t n, size_t size); /* zeroed */
void *vt_realloc(void *p, size_t n, size_t size);
char *vt_strdup(const char *s); /* NULL if s is NULL */
char *vt_strndup(const char *s, size_t len);
char *vt_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The functions of the attributes below. */
void vt_freep(void *p);        /* p: address of a pointer */
void vt_closep(const int *fd); /* does nothing if *fd < 0; keeps errno */
void vt_fclosep(FILE **f);

#define VT_AUTO_FREE __attribute__((cleanup(vt_freep)))
#define VT_AUTO_CLOSE __attribute__((cleanup(vt_closep)))
#define VT_AUTO_FILE __attribute__((cleanup(vt_fclosep)))

#define VT_COUNT(a) (sizeof(a) / sizeof((a)[0]))

#endif
