/* The `verify:` checks of a definition, converted for verify.yaml. ask.h has
 * the operators, when.h the conditions. */
#ifndef VT_RULES_CHECKS_H
#define VT_RULES_CHECKS_H

#include "base/str.h"
#include "test/verify_file.h"

struct vt_plan;

/* Where checks are written to, and for which test. */
struct vt_checks_for {
	struct vt_doc *doc;
	const struct vt_node *attributes; /* of the test, for `when` */
	struct vt_strv
		*programs; /* paths of `run` programs: make watches them */
};

/** vt_checks_emit() - convert the checks in `list` (NULL: none) to a list owned
 * by `to->doc`, each with its position; if `when` does not match, `skip` has
 * the reason Return: NULL on error Errors: VT_USAGE with a position */
struct vt_node *vt_checks_emit(struct vt_checks_for *to,
	const struct vt_node *list, struct vt_err **err);

/* A check that no definition asks for: a collected file has a line. */
struct vt_line_check {
	const char *name, *why, *file, *line;
};

/** vt_checks_add_line() - append it to the list @checks of @doc */
void vt_checks_add_line(struct vt_doc *doc, struct vt_node *checks,
	const struct vt_line_check *c);

/** vt_inherited_fill() - checks that each test has without listing them, and
 * the values they expect; in inherited.c
 * @doc: owns strings that are created for them */
void vt_inherited_fill(const struct vt_plan *plan, struct vt_doc *doc,
	struct vt_verify_file *f);

#endif
