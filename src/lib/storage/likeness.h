/* How a found value is compared with the expected one: enum vt_likeness. */
#ifndef VT_LIKENESS_H
#define VT_LIKENESS_H

#include "storage/look.h"

/* A statement: its device, key and expected value. */
struct vt_asked {
	struct vt_look *look;
	const struct vt_dev *d;
	const struct vt_type_key *key;
	const struct vt_field *want;
};

/** vt_like_expected() - append in words what is wanted */
void vt_like_expected(const struct vt_asked *a, struct vt_str *out);

/** vt_like_same() - whether the field that a finder added is as wanted
 * @found: set if there is more to say than the finder did */
bool vt_like_same(const struct vt_asked *a, const struct vt_found_field *f,
	struct vt_str *found);

#endif
