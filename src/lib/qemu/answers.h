/* What is typed on a guest's console when it asks.
 *
 *	a = vt_answers_new();
 *	vt_answers_add(a, "^Please unlock disk root: $", "secret", err) ...
 *	for each line that stays unfinished: vt_answers_ask(a, line, len, &i)
 *	VT_ANSWER_TYPE: type vt_answers_at(a, i)->say and Enter
 *	the guest rebooted: vt_answers_restart(a);
 *
 * An answer is typed once after each start of the machine: a guest that asks
 * again has refused it. In all no more than VT_ANSWERS_TYPED are typed,
 * whatever the guest prints and how often it reboots.
 */
#ifndef VT_ANSWERS_H
#define VT_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* With these bounds all that is ever typed fits in the buffer of a socket, also
 * when the guest reads nothing. */
enum { VT_ANSWERS_MAX = 32, VT_ANSWERS_TYPED = 64, VT_ANSWER_BYTES = 512 };

struct vt_answer {
	char *prompt; /* POSIX ERE */
	char *say;
	unsigned typed; /* in all */
	bool given;     /* since the machine started */
};

enum vt_answer_do {
	VT_ANSWER_NONE, /* the line asks for none of them */
	VT_ANSWER_TYPE,
	VT_ANSWER_REFUSED, /* it was given, and the guest asks again */
};

struct vt_answers;

struct vt_answers *vt_answers_new(void);
void vt_answers_free(struct vt_answers *a);

/** vt_answers_add() - Errors: VT_USAGE for a bad pattern, for text that cannot
 * be typed (see vt_answer_valid()) and for more than VT_ANSWERS_MAX */
int vt_answers_add(struct vt_answers *a, const char *prompt, const char *say,
	struct vt_err **err);

/** vt_answers_ask() - what a line that stays unfinished asks for; the first
 * answer counts that is not given yet
 * @index: of the answer, which counts as given from now on */
enum vt_answer_do vt_answers_ask(
	struct vt_answers *a, const char *line, size_t len, size_t *index);

/** vt_answers_restart() - the machine has started again */
void vt_answers_restart(struct vt_answers *a);

/** vt_answers_at() - Return: answer i, or NULL after the last */
const struct vt_answer *vt_answers_at(const struct vt_answers *a, size_t i);

/** vt_answer_valid() - NULL, or why the text cannot be typed as one line */
const char *vt_answer_valid(const char *say);

#endif
