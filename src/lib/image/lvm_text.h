/* The text that LVM keeps its metadata in: sections in braces, `key = value`,
 * lists in brackets, comments after #.
 *
 *	struct vt_lvm_text *t = vt_lvm_text_parse(text, len);
 *	if (t) ... vt_lvm_text_get(t, "vg") ...
 *	vt_lvm_text_free(t);
 *
 * At most 8 levels and 100,000 entries.
 */
#ifndef VT_LVM_TEXT_H
#define VT_LVM_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A section, a value, or an element of a list (without a name). */
struct vt_lvm_text {
	char *name, *text; /* text: of a string */
	uint64_t number;   /* of a number */
	bool is_number;
	struct vt_lvm_text *v; /* of a section or list */
	size_t n;
};

/** vt_lvm_text_parse() - NULL for what is not such a text */
struct vt_lvm_text *vt_lvm_text_parse(const char *text, size_t len);
void vt_lvm_text_free(struct vt_lvm_text *t);
void vt_lvm_text_freep(struct vt_lvm_text **t);

/** vt_lvm_text_get() - an entry of a section, or NULL */
const struct vt_lvm_text *vt_lvm_text_get(
	const struct vt_lvm_text *t, const char *name);

#endif
