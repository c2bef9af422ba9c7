/* The Range header of HTTP, for one range. */
#ifndef VT_HTTP_RANGE_H
#define VT_HTTP_RANGE_H

#include <stdint.h>

struct vt_range {
	uint64_t start, length;
};

/**
 * vt_range_parse() - which bytes of `size` a request wants
 * @header: the value of Range, or NULL
 * Return: 206 with *range set; 200 (*range untouched) when there is none, it is
 *   not understood, or it names several ranges: all is sent, as RFC 9110
 *   allows; 416 when it starts behind the end
 */
unsigned vt_range_parse(
	const char *header, uint64_t size, struct vt_range *range);

#endif
