#include "base/mem.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Out of memory. Children end with this process by PR_SET_PDEATHSIG. */
static void *check(void *p)
{
	if (!p)
		abort();
	return p;
}

void *vt_alloc(size_t size)
{
	return check(calloc(1, size ? size : 1));
}

void *vt_calloc(size_t n, size_t size)
{
	return check(calloc(n ? n : 1, size ? size : 1));
}

void *vt_realloc(void *p, size_t n, size_t size)
{
	return check(reallocarray(p, n ? n : 1, size ? size : 1));
}

char *vt_strdup(const char *s)
{
	return s ? check(strdup(s)) : NULL;
}

char *vt_strndup(const char *s, size_t len)
{
	char *p = check(malloc(len + 1));
	memcpy(p, s, len);
	p[len] = '\0';
	return p;
}

char *vt_printf(const char *fmt, ...)
{
	char *s = NULL;
	va_list ap;
	va_start(ap, fmt);
	int n = vasprintf(&s, fmt, ap);
	va_end(ap);
	return check(n < 0 ? NULL : s);
}

/* `p` is the address of a pointer of any type, hence memcpy(). */
void vt_freep(void *p)
{
	void *q;
	memcpy(&q, p, sizeof(q));
	free(q);
}

void vt_closep(const int *fd)
{
	int saved = errno;
	if (*fd >= 0)
		close(*fd);
	errno = saved;
}

void vt_fclosep(FILE **f)
{
	if (*f)
		fclose(*f);
	*f = NULL;
}
