/* What the guest had to ask for on its console: a system that is said to be
 * unlocked by a passphrase and never asked for it is not what the test says. */
#include <string.h>

#include "check.h"

/* The report's answer to a prompt, which is the nth of its phase, or NULL. */
static const struct vt_phase_answer *find(
	const struct verify *v, const char *phase, size_t nth)
{
	const struct phase *p = phases_find(&v->phases, phase);
	return p && nth < p->report.n_answers ? &p->report.answers[nth] : NULL;
}

void check_answers(struct verify *v, const struct check *c)
{
	const struct vt_verify_file *f = &v->file;
	(void)c;
	for (size_t i = 0; i < f->n_answers; i++) {
		const struct vt_verify_answer *want = &f->answers[i];
		size_t nth = 0;
		for (size_t k = 0; k < i; k++)
			nth += !strcmp(f->answers[k].phase, want->phase);
		const struct vt_phase_answer *a = find(v, want->phase, nth);
		bool same = a && !strcmp(a->prompt, want->prompt);
		struct vt_check_result *r = vt_check_new(&v->result.checks,
			want->at, NULL, "answer %s %zu", want->phase, nth + 1);
		vt_check_expect(r,
			"a prompt that matches '%s', and the answer accepted",
			want->prompt);
		if (same && a->typed > 0)
			vt_check_found(r, "the answer was typed, %ld time%s",
				a->typed, a->typed == 1 ? "" : "s");
		else
			vt_check_found(r, "the guest never asked");
		vt_check_see(r, "logs/%s-serial.log", want->phase);
		vt_check_judge(r, same && a->typed > 0);
	}
}
