/* Comparing the expected state of a device with the found one: one result per
 * statement.
 *
 *	vt_compare_dev(look, dev, tell, arg);
 *
 * calls tell() for each. Disk images and facts are both used; each that shows
 * the statement must show what is expected.
 */
#ifndef VT_COMPARE_H
#define VT_COMPARE_H

#include "graph/look.h"

enum vt_outcome {
	VT_COMPARED_FAIL,
	VT_COMPARED_OK,
	VT_COMPARED_SKIP,  /* neither side shows it: `found` says why */
	VT_COMPARED_ERROR, /* `err`: a failure of the host */
};

struct vt_compared {
	const char *name; /* "KIND ID FIELD" */
	enum vt_outcome outcome;
	const char *expected, *found;
	const char *at;   /* file:line:column of the statement, or NULL */
	const char *side; /* "disk", "facts", "disk and facts"; "" if skipped */
	const char *see;  /* the file to look at, or NULL */
	struct vt_err *err;
};

void vt_compare_dev(struct vt_look *look, const struct vt_dev *d,
	void (*tell)(void *arg, struct vt_compared *c), void *arg);

#endif
