/* Known issues of tests, from the files beside their definitions, or from the
 * one that the setting KNOWN_ISSUES names. Each file is read once.
 */
#ifndef VT_RULES_KNOWN_ISSUES_H
#define VT_RULES_KNOWN_ISSUES_H

#include "test/verify_file.h"

struct vt_known_files {
	struct vt_known_place {
		char *path;
		bool missing;
		struct vt_known_file file;
	} * *v;
	size_t n;
};

/** vt_known_issues_fill() - the entries for a test, as f->known
 * Errors: VT_USAGE with file:line:column */
struct vt_plan;
int vt_known_issues_fill(const struct vt_plan *plan, struct vt_verify_file *f,
	struct vt_err **err);

/** vt_known_issues_unused() - warn of entries that are for none of the tests */
void vt_known_issues_unused(const struct vt_known_files *files);

void vt_known_files_free(struct vt_known_files *files);

#endif
