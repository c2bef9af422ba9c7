#include "test/verdict.h"

#include "base/err.h"
#include "base/mem.h"

const char *const vt_verdict_words[] = {
	"passed", "failed", "error", "skipped", NULL};

enum word { PASSED, FAILED, ERROR, SKIPPED };

/* From good to bad. A fault of the host is worse than a failure: what was not
 * tested is not known. A guest that hangs is at fault itself. */
static const struct kind {
	int status;
	enum word word;
	const char *kind;
} kinds[] = {
	{VT_SKIPPED, SKIPPED, "skipped"}, {VT_OK, PASSED, "passed"},
	{VT_FAILED, FAILED, "failed"}, {VT_TIMEOUT, FAILED, "timeout"},
	{VT_USAGE, ERROR, "bad input"}, {VT_HOST, ERROR, "host fault"},
	{-1, ERROR, "killed"}, /* any other */
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
	return vt_verdict_words[find(status)->word];
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
