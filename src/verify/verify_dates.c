#include "verify_dates.h"

#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"

bool dates_skipped(struct verify *v)
{
	const char *why = v->file.skip;
	if (!why)
		return false;
	struct vt_check_result *r =
		vt_check_new(&v->result.checks, NULL, NULL, "run");
	vt_check_skip(r, "%s", why);
	vt_result_end(&v->result, VT_SKIPPED, why, "result.tap");
	return true;
}

/* Whether a word matches a result: by its name, a prefix of it (curtin's
 * test_fstab matches fstab), or the last word of it (test_ptable matches
 * "disk sda ptable"). */
static bool names(const char *word, const char *result)
{
	if (vt_str_starts(word, "test_"))
		word += strlen("test_");
	size_t len = strlen(word);
	if (!strncmp(word, result, len) &&
		(!result[len] || strchr(" :/(", result[len])))
		return true;
	const char *last = strrchr(result, ' ');
	return last && !strcmp(last + 1, word);
}

static bool concerns(const struct vt_by_date *date, const char *result)
{
	for (size_t i = 0; i < date->tests.n; i++)
		if (names(date->tests.v[i], result))
			return true;
	return !date->tests.n;
}

static void apply(
	struct vt_check_result *r, const char *head, bool early, bool late)
{
	VT_AUTO_FREE char *was = vt_strdup(r->found ? r->found : "");
	const char *word = r->status == VT_CHECK_OK       ? "passed"
			   : r->status == VT_CHECK_NOT_OK ? "failed"
							  : "skipped";
	/* a fault of the host says nothing about the bug */
	if (r->status == VT_CHECK_SKIP || r->host)
		return;
	if (early) {
		vt_check_skip(r, "%s: not fixed yet: %s%s%s", head, word,
			*was ? ": " : "", was);
	} else if (late) {
		vt_check_expect(r, "no skip_by_date after its removeby date");
		vt_check_found(r, "%s: remove it from the definition: %s%s%s",
			head, word, *was ? ": " : "", was);
		vt_check_judge(r, false);
	}
}

/* A word that matches no result gets a result itself. */
static void apply_to_nothing(
	struct verify *v, const char *word, const char *head, bool late)
{
	const struct vt_check_results *all = &v->result.checks;
	for (size_t i = 0; i < all->n; i++)
		if (names(word, all->v[i].name))
			return;
	struct vt_check_result *r = vt_check_new(
		&v->result.checks, NULL, NULL, "skip_by_date %s", word);
	vt_check_expect(r, "no skip_by_date after its removeby date");
	vt_check_found(r, "%s: remove it from the definition", head);
	if (late)
		vt_check_judge(r, false);
	else
		vt_check_skip(r, "%s: no check of this test is named '%s'",
			head, word);
}

static void apply_one(
	struct verify *v, const struct vt_by_date *date, const char *day)
{
	VT_AUTO_FREE char *head =
		vt_printf("skip_by_date: bug %s, fixby %s, removeby %s",
			date->bug, date->fixby, date->removeby);
	bool early = strcmp(day, date->fixby) < 0;
	bool late = strcmp(day, date->removeby) > 0;
	const struct vt_check_results *all = &v->result.checks;
	for (size_t i = 0; i < all->n; i++)
		if (concerns(date, all->v[i].name))
			apply(&all->v[i], head, early, late);
	for (size_t i = 0; i < date->tests.n; i++)
		apply_to_nothing(v, date->tests.v[i], head, late);
}

void dates_apply(struct verify *v)
{
	char day[32];
	vt_today(day);
	for (size_t i = 0; i < v->file.n_dates; i++)
		apply_one(v, &v->file.dates[i], day);
}

bool dates_forgive(const struct verify *v)
{
	char day[32];
	vt_today(day);
	for (size_t i = 0; i < v->file.n_dates; i++) {
		const struct vt_by_date *date = &v->file.dates[i];
		if (!date->tests.n && strcmp(day, date->fixby) < 0)
			return true;
	}
	return false;
}
