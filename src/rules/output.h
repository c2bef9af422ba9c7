/* Output files, not touched if their content is unchanged. */
#ifndef VT_RULES_OUTPUT_H
#define VT_RULES_OUTPUT_H

#include "base/str.h"
#include "data/doc.h"

/** vt_output_dirs() - create a directory and subdirectories (NULL-terminated
 * names); the parent must exist */
int vt_output_dirs(
	const char *dir, const char *const *names, struct vt_err **err);

/** vt_output_text() - write a file atomically if its content differs; not
 * synced to disk, because vt-rules can generate it again */
int vt_output_text(
	const char *path, const struct vt_str *text, struct vt_err **err);

/** vt_output_doc() - the same with a document as YAML */
int vt_output_doc(
	const char *path, const struct vt_doc *doc, struct vt_err **err);

#endif
