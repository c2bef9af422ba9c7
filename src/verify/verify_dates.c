#include "verify_dates.h"

#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/proc.h"
#include "base/str.h"

bool dates_skipped(struct verify *v, struct verdict *out)
{
	const char *why = vt_node_text(vt_node_get(v->doc->root, "skip"));
	if (!why)
		return false;
	struct result *r = result_new(&v->results, NULL, NULL, "run");
	result_skip(r, "%s", why);
	*out = verdict_of_exit(VT_SKIPPED, why, "result.tap");
	return true;
}

/* Whether a word names this result: its name, or how that begins (the
 * reference's test_fstab names fstab). */
static bool names(const char *word, const char *result)
{
	if (vt_str_starts(word, "test_"))
		word += strlen("test_");
	size_t len = strlen(word);
	return !strncmp(word, result, len) &&
	       (!result[len] || strchr(" :/(", result[len]));
}

static bool concerns(const struct vt_node *tests, const char *result)
{
	for (size_t i = 0; tests && i < tests->n; i++) {
		const char *word = vt_node_text(tests->items[i]);
		if (word && names(word, result))
			return true;
	}
	return !tests;
}

static void apply(struct result *r, const char *head, bool early, bool late)
{
	VT_AUTO_FREE char *was = vt_strdup(r->found ? r->found : "");
	const char *word = r->status == RESULT_OK       ? "passed"
			   : r->status == RESULT_NOT_OK ? "failed"
							: "skipped";
	if (r->status == RESULT_SKIP)
		return;
	if (early) {
		result_skip(r, "%s: not yet fixed: %s%s%s", head, word,
			*was ? ": " : "", was);
	} else if (late) {
		result_expect(r, "no skip_by_date after its removeby");
		result_found(r, "%s: remove it: %s%s%s", head, word,
			*was ? ": " : "", was);
		result_judge(r, false);
	}
}

/* A word that names nothing is told, and has to go with the rest. */
static void apply_to_nothing(
	struct verify *v, const char *word, const char *head, bool late)
{
	for (size_t i = 0; i < v->results.n; i++)
		if (names(word, v->results.v[i]->name))
			return;
	struct result *r =
		result_new(&v->results, NULL, NULL, "skip_by_date %s", word);
	result_expect(r, "no skip_by_date after its removeby");
	result_found(r, "%s: remove it", head);
	if (late)
		result_judge(r, false);
	else
		result_skip(r, "%s: no check of this test is named '%s'", head,
			word);
}

int dates_apply(struct verify *v, struct vt_err **err)
{
	const struct vt_node *list = vt_node_get(v->doc->root, "skip_by_date");
	char day[32];
	vt_today(day);
	if (vt_node_is_null(list))
		return 0;
	if (vt_node_expect(list, VT_SEQ, err) < 0)
		return -1;
	for (size_t i = 0; i < list->n; i++) {
		const struct vt_node *one = list->items[i];
		const struct vt_node *tests = vt_node_get(one, "tests");
		const char *bug, *fixby, *removeby;
		if (vt_node_str(vt_node_get(one, "bug"), &bug, err) < 0 ||
			vt_node_str(vt_node_get(one, "fixby"), &fixby, err) <
				0 ||
			vt_node_str(vt_node_get(one, "removeby"), &removeby,
				err) < 0)
			return -1;
		VT_AUTO_FREE char *head =
			vt_printf("skip_by_date: bug %s, fixby %s, removeby %s",
				bug, fixby, removeby);
		bool late = strcmp(day, removeby) > 0;
		for (size_t k = 0; k < v->results.n; k++)
			if (concerns(tests, v->results.v[k]->name))
				apply(v->results.v[k], head,
					strcmp(day, fixby) < 0, late);
		for (size_t k = 0; tests && k < tests->n; k++)
			if (vt_node_text(tests->items[k]))
				apply_to_nothing(
					v, tests->items[k]->text, head, late);
	}
	return 0;
}

bool dates_forgive(const struct verify *v)
{
	const struct vt_node *list = vt_node_get(v->doc->root, "skip_by_date");
	char day[32];
	vt_today(day);
	for (size_t i = 0; list && i < list->n; i++) {
		const char *fixby =
			vt_node_text(vt_node_get(list->items[i], "fixby"));
		if (!vt_node_get(list->items[i], "tests") && fixby &&
			strcmp(day, fixby) < 0)
			return true;
	}
	return false;
}
