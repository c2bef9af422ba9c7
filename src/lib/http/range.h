/* The Range header of HTTP, for one range. */
#ifndef VT_HTTP_RANGE_H
#define VT_HTTP_RANGE_H

#include <stdint.h>

struct vt_range {
	uint64_t start, length;
};

/**
 * vt_range_parse() - the range that a request asks for
 * @header: value of the header Range, or NULL
 * @size: of the file
 * Return: the HTTP status to answer: 206 with *range set; 200 (*range
 *   unchanged) for no header, an invalid one, or several ranges, where RFC 9110
 *   allows to send everything; 416 for a range that starts after the end
 */
unsigned vt_range_parse(
	const char *header, uint64_t size, struct vt_range *range);

#endif
