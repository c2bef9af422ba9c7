#include "by_date.h"

#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/settings.h"
#include "base/str.h"

enum { GRACE_DAYS = 21 };

static const char *const known[] = {
	"bug", "fixby", "removeby", "tests", "install", NULL};

static int check_day(
	const struct vt_node *map, const char *key, struct vt_err **err)
{
	const struct vt_node *n = vt_node_get(map, key);
	const char *text;
	struct tm tm;
	if (vt_node_is_null(n))
		return 0;
	if (vt_node_str(n, &text, err) < 0)
		return -1;
	return vt_clock_day(text, &tm)
		       ? 0
		       : vt_node_err(n, err, "'%s' is not a date (YYYY-MM-DD)",
				 text);
}

static int check_one(const struct vt_node *map, struct vt_err **err)
{
	static const char *const needed[] = {"bug", "fixby", NULL};
	const struct vt_node *tests = vt_node_get(map, "tests");
	const struct vt_node *install = vt_node_get(map, "install");
	const char *text;
	bool flag;
	if (vt_node_expect(map, VT_MAP, err) < 0 ||
		vt_node_keys_known(map, known, err) < 0)
		return -1;
	for (const char *const *k = needed; *k; k++)
		if (vt_node_is_null(vt_node_get(map, *k)))
			return vt_node_err(map, err, "'%s' is missing", *k);
	if (vt_node_str(vt_node_get(map, "bug"), &text, err) < 0 ||
		check_day(map, "fixby", err) < 0 ||
		check_day(map, "removeby", err) < 0 ||
		(install && vt_node_bool(install, &flag, err) < 0))
		return -1;
	return vt_node_is_null(tests) ? 0 : vt_node_list(tests, VT_SCALAR, err);
}

/* One map, or a list of them. */
static size_t count(const struct vt_node *n)
{
	return !n ? 0 : n->kind == VT_SEQ ? n->n : 1;
}

static const struct vt_node *nth(const struct vt_node *n, size_t i)
{
	return n->kind == VT_SEQ ? n->items[i] : n;
}

int vt_dates_check(const struct vt_node *n, struct vt_err **err)
{
	for (size_t i = 0; i < count(n); i++)
		if (check_one(nth(n, i), err) < 0)
			return -1;
	return 0;
}

static const char *text_of(const struct vt_node *map, const char *key)
{
	const char *s = vt_node_text(vt_node_get(map, key));
	return s ? s : "";
}

/* The date plus `more` days, zero-padded so that strcmp() orders dates; owned.
 */
static char *day_of(const char *text, int more)
{
	struct tm tm = {0};
	char day[32];
	vt_clock_day(text, &tm);
	tm.tm_mday += more;
	timegm(&tm);
	strftime(day, sizeof(day), "%Y-%m-%d", &tm);
	return vt_strdup(day);
}

static char *fixby(const struct vt_node *map)
{
	return day_of(text_of(map, "fixby"), 0);
}

/* The date after which the entry is an error. */
static char *removeby(const struct vt_node *map)
{
	const struct vt_node *n = vt_node_get(map, "removeby");
	return vt_node_is_null(n) ? day_of(text_of(map, "fixby"), GRACE_DAYS)
				  : day_of(n->text, 0);
}

/* Whether the setting, words separated by commas or spaces, has it. */
static bool is_listed(const char *list, const char *bug)
{
	VT_AUTO_STRV struct vt_strv bugs = VT_STRV_INIT;
	vt_str_words(list, ", ", &bugs);
	return vt_strv_has(&bugs, "*") || vt_strv_has(&bugs, bug);
}

char *vt_dates_skip(const struct vt_node *n, bool *dated)
{
	const char *bugs = vt_setting("SKIP_BY_DATE_BUGS");
	char day[32];
	vt_today(day);
	for (size_t i = 0; i < count(n); i++) {
		const struct vt_node *map = nth(n, i);
		const struct vt_node *install = vt_node_get(map, "install");
		VT_AUTO_FREE char *begin = fixby(map), *end = removeby(map);
		bool runs = true;
		VT_AUTO_FREE char *head =
			vt_printf("skip_by_date: bug %s, fixby %s, removeby %s",
				text_of(map, "bug"), begin, end);
		if (is_listed(bugs, text_of(map, "bug")))
			return vt_printf("%s: the bug is in %s=%s", head,
				vt_setting_source("SKIP_BY_DATE_BUGS"), bugs);
		if (!install || vt_node_bool(install, &runs, NULL) < 0 || runs)
			continue;
		*dated = true;
		if (strcmp(day, begin) < 0)
			return vt_printf("%s: install: false", head);
	}
	return NULL;
}

bool vt_dates_forgive(const struct vt_node *n, bool *dated)
{
	char day[32];
	bool yes = false;
	vt_today(day);
	for (size_t i = 0; i < count(n); i++) {
		const struct vt_node *map = nth(n, i);
		VT_AUTO_FREE char *begin = fixby(map);
		if (!vt_node_is_null(vt_node_get(map, "tests")))
			continue;
		*dated = true;
		yes |= strcmp(day, begin) < 0;
	}
	return yes;
}

void vt_dates_fill(
	const struct vt_node *n, struct vt_doc *doc, struct vt_verify_file *f)
{
	for (size_t i = 0; i < count(n); i++) {
		const struct vt_node *map = nth(n, i);
		const struct vt_node *tests = vt_node_get(map, "tests");
		VT_AUTO_FREE char *begin = fixby(map), *end = removeby(map);
		if (!vt_node_is_null(tests) && !tests->n)
			continue; /* applies to no check */
		struct vt_by_date *date =
			vt_record_add(&f->dates, &f->n_dates, sizeof(*date));
		date->bug = text_of(map, "bug");
		date->fixby = vt_doc_keep(doc, begin);
		date->removeby = vt_doc_keep(doc, end);
		for (size_t k = 0; tests && k < tests->n; k++)
			vt_strv_add(&date->tests, tests->items[k]->text);
	}
}
