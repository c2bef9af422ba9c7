/* The questions a definition's `verify:` may ask: one table of operators, for
 * who reads definitions (vt-rules) and who answers (vt-verify).
 *
 *	static const char *const also[] = {"when", NULL};
 *	struct vt_question q;
 *	if (vt_ask_read(&q, node, also, err) < 0) return -1;
 *
 * A question is a map with one key of the table, and `name`, `why`, `file`,
 * `timeout` where they make sense. Strings belong to the document.
 */
#ifndef VT_ASK_H
#define VT_ASK_H

#include <stdbool.h>

#include "data/doc.h"

/* An operator. */
struct vt_ask {
	const char *word;
	bool file;    /* about a file; else `file` is refused */
	bool program; /* its value is a command, or the list of its words */
	int (*check)(const struct vt_node *value, struct vt_err **err);
	const char *help;
};

struct vt_question {
	const struct vt_ask *ask;
	const char *name, *why, *file; /* or NULL */
	long timeout_s;                /* of a program; 0: not said */
	const struct vt_node *value;
};

/**
 * vt_ask_read() - a question, checked as far as it can be without the facts
 * @also: NULL-terminated keys that the caller knows what to do with
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
