#include "qemu/answers.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "data/match.h"

struct vt_answers {
	struct vt_match *match;
	struct vt_answer v[VT_ANSWERS_MAX]; /* by index in match */
	size_t n;
	unsigned typed;
};

struct vt_answers *vt_answers_new(void)
{
	struct vt_answers *a = vt_alloc(sizeof(*a));
	a->match = vt_match_new();
	return a;
}

void vt_answers_free(struct vt_answers *a)
{
	if (!a)
		return;
	for (size_t i = 0; i < a->n; i++) {
		free(a->v[i].prompt);
		free(a->v[i].say);
	}
	vt_match_free(a->match);
	free(a);
}

const char *vt_answer_valid(const char *say)
{
	if (strlen(say) > VT_ANSWER_BYTES)
		return "it is longer than 512 bytes";
	for (; *say; say++)
		if ((unsigned char)*say < ' ' || *say == 0x7f)
			return "it has a control character: an answer is one "
			       "line";
	return NULL;
}

int vt_answers_add(struct vt_answers *a, const char *prompt, const char *say,
	struct vt_err **err)
{
	const char *why = vt_answer_valid(say);
	/* not the text: it may be a passphrase */
	if (why)
		return vt_err_set(err, VT_USAGE,
			"the answer to '%s' cannot be typed: %s", prompt, why);
	if (a->n == VT_ANSWERS_MAX)
		return vt_err_set(
			err, VT_USAGE, "more than %d answers", VT_ANSWERS_MAX);
	if (vt_match_add(a->match, prompt, err) < 0)
		return -1;
	a->v[a->n++] = (struct vt_answer){
		.prompt = vt_strdup(prompt), .say = vt_strdup(say)};
	return 0;
}

enum vt_answer_do vt_answers_ask(
	struct vt_answers *a, const char *line, size_t len, size_t *index)
{
	bool refused = false;
	for (int i = 0; (i = vt_match_line(a->match, line, len, i)) >= 0; i++) {
		struct vt_answer *answer = &a->v[i];
		if (!refused)
			*index = (size_t)i;
		refused = true;
		if (answer->given || a->typed == VT_ANSWERS_TYPED)
			continue;
		*index = (size_t)i;
		answer->given = true;
		answer->typed++;
		a->typed++;
		return VT_ANSWER_TYPE;
	}
	return refused ? VT_ANSWER_REFUSED : VT_ANSWER_NONE;
}

void vt_answers_restart(struct vt_answers *a)
{
	for (size_t i = 0; i < a->n; i++)
		a->v[i].given = false;
}

const struct vt_answer *vt_answers_at(const struct vt_answers *a, size_t i)
{
	return i < a->n ? &a->v[i] : NULL;
}
