/* Suggestions for misspelt names ("did you mean ...?"), by edit distance.
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
	const char *best; /* the nearest so far, NULL if none is near enough */
	size_t distance;
	char hint[128]; /* returned by vt_near_hint() */
};

struct vt_near vt_near_start(const char *wanted);
/** vt_near_try() - compare with a valid name, which must outlive `near` */
void vt_near_try(struct vt_near *near, const char *known);
/** vt_near_list() - compare with each name of a NULL-terminated list */
void vt_near_list(struct vt_near *near, const char *const *known);

/** vt_near_hint() - the end of an error message
 * Return: ": did you mean 'PREFIXNAME'?", or "" if no name is near enough;
 * valid as long as `near` */
const char *vt_near_hint(struct vt_near *near, const char *prefix);

#endif
