/* Known issues: failures that have a bug already, and are shown with it.
 *
 * known-issues.yaml is a list of entries, each of which names the tests that it
 * is for, and what the failure looks like:
 *
 *	- test: lvm*
 *	  check: ^mount /data
 *	  bug: https://bugs.example.org/1234
 *	  until: 2026-12-31
 *
 * vt-rules reads it, and writes the entries that are for a test to its
 * verify.yaml; vt-verify applies them.
 *
 *	struct vt_known_file f = {0};
 *	if (vt_known_read(&f, path, err) < 0) ...
 *	vt_known_is_for(&f.v[i], test)
 *	vt_known_free(&f);
 */
#ifndef VT_KNOWN_H
#define VT_KNOWN_H

#include <stdbool.h>
#include <stddef.h>

#include "data/record.h"

#define VT_KNOWN_FILE "known-issues.yaml"

/* One entry; its texts belong to the document. */
struct vt_known {
	const char *test;  /* glob of the names of tests */
	const char *check; /* ERE, found in the name of each check; or NULL */
	const char *line;  /* ERE, found in a console's line; or NULL */
	const char *bug, *until;
	const char *says; /* more about it, or NULL */
	const char *at;   /* file:line:column */
	bool used;        /* for callers: it is for some test */
};

struct vt_known_file {
	struct vt_known *v;
	size_t n;
	struct vt_doc *doc;
};

/** vt_known_read() - read a file of known issues
 * Errors: VT_USAGE with file:line:column */
int vt_known_read(
	struct vt_known_file *f, const char *path, struct vt_err **err);
void vt_known_free(struct vt_known_file *f);

/** vt_known_is_for() - whether an entry is for a test, by its name */
bool vt_known_is_for(const struct vt_known *k, const char *test);

/** vt_known_over() - whether its last day is over */
bool vt_known_over(const char *until);

/** vt_known_excuse() - the setting KNOWN: whether known failures do not count
 * Errors: VT_USAGE for a value that is neither fail nor skip */
int vt_known_excuse(bool *excuse, struct vt_err **err);

/** vt_day_check() - check that a scalar is a date, YYYY-MM-DD */
int vt_day_check(const struct vt_node *n, struct vt_err **err);

extern const struct vt_record vt_known_record;  /* of known-issues.yaml */
extern const struct vt_record vt_known_of_test; /* of verify.yaml */

#endif
