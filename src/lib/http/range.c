#include "http/range.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

enum { OK = 200, PARTIAL = 206, UNSATISFIABLE = 416 };

/* Parse a decimal number and advance *s; Return: false without a digit, or when
 * the number is too large */
static bool number(const char **s, uint64_t *v)
{
	const char *p = *s;

	for (*v = 0; *p >= '0' && *p <= '9'; p++) {
		if (__builtin_mul_overflow(*v, 10, v) ||
			__builtin_add_overflow(*v, (uint64_t)(*p - '0'), v))
			return false;
	}
	bool any = p > *s;
	*s = p;
	return any;
}

unsigned vt_range_parse(
	const char *header, uint64_t size, struct vt_range *range)
{
	uint64_t first, last;
	const char *s = header;

	if (!s || strncasecmp(s, "bytes=", 6) != 0)
		return OK;
	s += 6;
	if (*s == '-') {
		/* the last N bytes */
		s++;
		if (!number(&s, &last) || *s)
			return OK;
		if (last == 0 || size == 0)
			return UNSATISFIABLE;
		range->length = last < size ? last : size;
		range->start = size - range->length;
		return PARTIAL;
	}
	if (!number(&s, &first) || *s++ != '-')
		return OK;
	last = UINT64_MAX;
	if (*s && (!number(&s, &last) || *s || last < first))
		return OK;
	if (first >= size)
		return UNSATISFIABLE;
	range->start = first;
	range->length = (last < size ? last + 1 : size) - first;
	return PARTIAL;
}
