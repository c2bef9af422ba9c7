/* The `verify:` checks of a definition, as verify.yaml gets them. What can be
 * asked is in ask.h, for which tests in when.h. */
#ifndef VT_RULES_CHECKS_H
#define VT_RULES_CHECKS_H

#include "base/str.h"
#include "test/verify_file.h"

struct vt_plan;

/* What they are written for. */
struct vt_checks_for {
	struct vt_doc *doc;
	const struct vt_node *attributes; /* of the test, for `when` */
	struct vt_strv *programs; /* paths of what checks run, to be watched */
};

/** vt_checks_emit() - checks of `list` (NULL: none) as a list of `to->doc`,
 * each with the place it stands at; one whose `when` does not hold says so in
 * `skip`
 * Return: NULL on error
 * Errors: VT_USAGE with a position */
struct vt_node *vt_checks_emit(struct vt_checks_for *to,
	const struct vt_node *list, struct vt_err **err);

/** vt_inherited_fill() - checks that need no word of the definition, and what
 * they have to know; inherited.c
 * @doc: keeps what is made for them */
void vt_inherited_fill(const struct vt_plan *plan, struct vt_doc *doc,
	struct vt_verify_file *f);

#endif
