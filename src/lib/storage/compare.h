/* What is expected of a device against what is found: one result a statement.
 *
 *	vt_compare_dev(look, dev, tell, arg);
 *
 * calls tell() for each. Both sides are asked; all that can tell must show
 * what is expected.
 */
#ifndef VT_COMPARE_H
#define VT_COMPARE_H

#include "storage/look.h"

enum vt_outcome {
	VT_COMPARED_FAIL,
	VT_COMPARED_OK,
	VT_COMPARED_SKIP,  /* no side can tell: `found` says why */
	VT_COMPARED_ERROR, /* `err`: the host's fault */
};

struct vt_compared {
	const char *name; /* "KIND ID FIELD" */
	enum vt_outcome outcome;
	const char *expected, *found;
	const char *at;   /* file:line:column of who asks, or NULL */
	const char *side; /* "disk", "facts", "disk and facts"; "" of a skip */
	const char *see;  /* the file to look at, or NULL */
	struct vt_err *err;
};

void vt_compare_dev(struct vt_look *look, const struct vt_dev *d,
	void (*tell)(void *arg, struct vt_compared *c), void *arg);

#endif
