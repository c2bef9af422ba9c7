/* Files for make: left alone when nothing changed. */
#ifndef VT_RULES_OUTPUT_H
#define VT_RULES_OUTPUT_H

#include "base/str.h"
#include "data/doc.h"

/** vt_output_dirs() - a directory and some in it (names, NULL-terminated); what
 * it lies in must be there */
int vt_output_dirs(
	const char *dir, const char *const *names, struct vt_err **err);

/** vt_output_text() - write a file whose content differs, whole or not at all;
 * not synced to disk, since vt-rules can write it again */
int vt_output_text(
	const char *path, const struct vt_str *text, struct vt_err **err);

/** vt_output_doc() - the same with a document as YAML */
int vt_output_doc(
	const char *path, const struct vt_doc *doc, struct vt_err **err);

#endif
