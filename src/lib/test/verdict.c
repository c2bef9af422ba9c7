#include "test/verdict.h"

#include "base/err.h"
#include "base/mem.h"

/* From good to bad. A fault of the host is worse than a failure: what was not
 * tested is not known. */
static const struct kind {
	int status;
	const char *word, *kind;
} kinds[] = {
	{VT_SKIPPED, "skipped", "skipped"}, {VT_OK, "passed", "passed"},
	{VT_FAILED, "failed", "failed"},
	{VT_TIMEOUT, "failed", "timeout"}, /* a guest that hangs is at fault */
	{VT_USAGE, "error", "bad input"}, {VT_HOST, "error", "host fault"},
	{-1, "error", "killed"}, /* any other */
};

static const struct kind *find(int status)
{
	const struct kind *k = kinds;
	while (k < kinds + VT_COUNT(kinds) - 1 && k->status != status)
		k++;
	return k;
}

const char *vt_verdict_word(int status)
{
	return find(status)->word;
}

const char *vt_verdict_kind(int status)
{
	return find(status)->kind;
}

bool vt_verdict_good(int status)
{
	return status == VT_OK || status == VT_SKIPPED;
}

void vt_tally_add(struct vt_tally *t, int status)
{
	if (!t->n || find(status) > find(t->worst))
		t->worst = status;
	t->n++;
	t->passed += status == VT_OK;
	t->failed += status == VT_FAILED || status == VT_TIMEOUT;
}

bool vt_tally_unsteady(const struct vt_tally *t)
{
	return t->passed && t->failed;
}
