/* The nearest known name to a misspelt one.
 *
 *	struct vt_near near = vt_near_start(word);
 *	vt_near_list(&near, known);
 *	return vt_err_set(err, VT_USAGE, "unknown word '%s'%s", word,
 *		vt_near_hint(&near, ""));
 */
#ifndef VT_NEAR_H
#define VT_NEAR_H

#include <stddef.h>

struct vt_near {
	const char *wanted;
	const char *best; /* the nearest so far, NULL when none is near */
	size_t distance;
	char hint[128]; /* of vt_near_hint() */
};

struct vt_near vt_near_start(const char *wanted);
/** vt_near_try() - offer a known name; it must outlive `near` */
void vt_near_try(struct vt_near *near, const char *known);
/** vt_near_list() - offer each of a NULL-terminated list */
void vt_near_list(struct vt_near *near, const char *const *known);

/** vt_near_hint() - ": did you mean 'PREFIXNAME'?", or "" when no name is near;
 * lives as long as `near` */
const char *vt_near_hint(struct vt_near *near, const char *prefix);

#endif
