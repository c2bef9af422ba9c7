/* The checks of a definition's `verify:`: one table of operators, shared by
 * vt-rules, which reads definitions, and vt-verify, which runs the checks.
 *
 *	static const char *const also[] = {"when", NULL};
 *	struct vt_question q;
 *	if (vt_ask_read(&q, node, also, err) < 0) return -1;
 *
 * A question is a map with one operator as a key, and optionally `name`,
 * `why`, `file` and `timeout`. Strings belong to the document.
 */
#ifndef VT_ASK_H
#define VT_ASK_H

#include <stdbool.h>

#include "data/doc.h"

/* An operator. */
struct vt_ask {
	const char *word;
	bool file;    /* takes `file`; otherwise `file` is an error */
	bool program; /* the value is a command or its argument list */
	int (*check)(const struct vt_node *value, struct vt_err **err);
	const char *help;
};

struct vt_question {
	const struct vt_ask *ask;
	const char *name, *why, *file; /* or NULL */
	long timeout_s;                /* of a program; 0: not set */
	const struct vt_node *value;
};

/**
 * vt_ask_read() - read and check a question; collected facts are not needed
 * @also: other keys to accept, NULL-terminated
 * Errors: VT_USAGE with a position
 */
int vt_ask_read(struct vt_question *q, const struct vt_node *map,
	const char *const *also, struct vt_err **err);

/* How `json` and `count` compare. */
enum vt_compare {
	VT_EQ,
	VT_NE,
	VT_LT,
	VT_LE,
	VT_GT,
	VT_GE,
	VT_HAS,
	VT_LACKS,
	VT_MATCHES,
	VT_EXISTS,
	VT_ABSENT,
};

/** vt_compare_of() - the `op` of a checked question, VT_EQ by default */
enum vt_compare vt_compare_of(const struct vt_node *value);
const char *vt_compare_word(enum vt_compare op);

#endif
