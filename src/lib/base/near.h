/* The nearest known name to a misspelt one, for "did you mean". */
#ifndef VT_NEAR_H
#define VT_NEAR_H

#include <stddef.h>

struct vt_near {
	const char *wanted;
	const char *best; /* the nearest so far, NULL when none is near */
	size_t distance;
};

struct vt_near vt_near_start(const char *wanted);
/** vt_near_try() - offer a known name; it must outlive `near` */
void vt_near_try(struct vt_near *near, const char *known);

#endif
