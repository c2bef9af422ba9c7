/* Which statements of the config the results answer. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "check.h"

static int by_name(const void *a, const void *b)
{
	const struct vt_check_result *const *x = a, *const *y = b;
	return strcmp((*x)->name, (*y)->name);
}

static int has_name(const void *name, const void *item)
{
	const struct vt_check_result *const *r = item;
	return strcmp(name, (*r)->name);
}

/* Why a check does not answer, or NULL; NULL is no check. */
static const char *why_not(const struct vt_check_result *r)
{
	if (!r)
		return "the check was not made";
	if (r->host)
		return r->found;
	return r->status == VT_CHECK_SKIP ? r->found : NULL;
}

void statements_answer(struct verify *v)
{
	const struct vt_check_results *all = &v->result.checks;
	VT_AUTO_FREE const struct vt_check_result **sorted =
		vt_calloc(all->n + 1, sizeof(*sorted));
	for (size_t i = 0; i < all->n; i++)
		sorted[i] = &all->v[i];
	qsort(sorted, all->n, sizeof(*sorted), by_name);
	v->result.statements = (long)v->file.n_statements;
	for (size_t i = 0; i < v->file.n_statements; i++) {
		const struct vt_statement *s = &v->file.statements[i];
		/* as the results have it */
		VT_AUTO_FREE char *name =
			s->check ? vt_result_clean(s->check, false) : NULL;
		const struct vt_check_result **r =
			name ? bsearch(name, sorted, all->n, sizeof(*sorted),
				       has_name)
			     : NULL;
		const char *why = s->check ? why_not(r ? *r : NULL) : s->reason;
		if (why || !s->check)
			vt_result_unanswered(&v->result, s->name, s->at, why);
	}
}
