/* How a found value is compared with the expected one: each kind of config has
 * a table of rows, of which a key's `like` is the number. */
#ifndef VT_LIKENESS_H
#define VT_LIKENESS_H

#include "graph/look.h"

/* A statement: its device, key and expected value. */
struct vt_asked {
	struct vt_look *look;
	const struct vt_dev *d;
	const struct vt_type_key *key;
	const struct vt_field *want;
};

/* One way to compare. */
struct vt_likeness_row {
	/* append in words what is wanted */
	void (*expected)(const struct vt_asked *a, struct vt_str *out);
	/* whether the field that a finder added is as wanted
	 * @found: set if there is more to say than the finder did */
	bool (*same)(const struct vt_asked *a, const struct vt_found_field *f,
		struct vt_str *found);
};

/* Functions for rows. */

/** vt_like_text() - "KEY 'TEXT'" */
void vt_like_text(const struct vt_asked *a, struct vt_str *out);
/** vt_like_number() - "KEY NUMBER" */
void vt_like_number(const struct vt_asked *a, struct vt_str *out);
/** vt_like_same_text(), vt_like_same_number() - the values are equal */
bool vt_like_same_text(const struct vt_asked *a, const struct vt_found_field *f,
	struct vt_str *found);
bool vt_like_same_number(const struct vt_asked *a,
	const struct vt_found_field *f, struct vt_str *found);
/** vt_like_finder() - as the finder has compared it */
bool vt_like_finder(const struct vt_asked *a, const struct vt_found_field *f,
	struct vt_str *found);

#endif
