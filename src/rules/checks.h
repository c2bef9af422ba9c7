/* The `verify:` checks of a definition, as verify.yaml gets them. */
#ifndef VT_RULES_CHECKS_H
#define VT_RULES_CHECKS_H

#include "doc.h"
#include "str.h"

/** vt_checks_emit() - checks of `list` (NULL: none) as a list of `doc`, each
 * with the place it stands at
 * @programs: paths of what `run` checks run, for make to watch
 * Return: NULL on error
 * Errors: VT_USAGE with a position */
struct vt_node *vt_checks_emit(struct vt_doc *doc, const struct vt_node *list,
	struct vt_strv *programs, struct vt_err **err);

/** vt_check_ere() - the text is an extended regular expression */
int vt_check_ere(const struct vt_node *n, struct vt_err **err);

/** vt_node_at() - "file:line:column"; owned */
char *vt_node_at(const struct vt_node *n);

#endif
