#include "test/known.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/settings.h"
#include "data/pattern.h"

enum { MAX_ENTRIES = 1000 };

/* Checks of single values */

int vt_day_check(const struct vt_node *n, struct vt_err **err)
{
	const char *text;
	struct tm tm;
	char day[32] = "";
	if (vt_node_str(n, &text, err) < 0)
		return -1;
	/* dates are compared as texts */
	if (vt_clock_day(text, &tm))
		strftime(day, sizeof(day), "%Y-%m-%d", &tm);
	return *text && !strcmp(text, day)
		       ? 0
		       : vt_node_err(n, err, "'%s' is not a date (YYYY-MM-DD)",
				 text);
}

static int date(
	const void *value, const struct vt_node *at, struct vt_err **err)
{
	(void)value;
	return vt_day_check(at, err);
}

static int text(
	const void *value, const struct vt_node *at, struct vt_err **err)
{
	const char *s = *(const char *const *)value;
	return *s && !strchr(s, '\n')
		       ? 0
		       : vt_node_err(at, err, "expected a text of one line");
}

static int pattern(
	const void *value, const struct vt_node *at, struct vt_err **err)
{
	if (text(value, at, err) < 0)
		return -1;
	return vt_pattern_check(at, err);
}

static int has_pattern(
	void *out, const struct vt_node *map, struct vt_err **err)
{
	const struct vt_known *k = out;
	return k->check || k->line
		       ? 0
		       : vt_node_err(map, err,
				 "'check' or 'line' is needed: what the "
				 "failure looks like");
}

/* Tables */

#define T struct vt_known
static const struct vt_member members[] = {
	{"test", VT_AS_TEXT(T, test), .required = true, .check = text,
		.doc = "The tests that it is for: a name, in which * stands "
		       "for any text"},
	{"check", VT_AS_TEXT(T, check), .check = pattern,
		.doc = "Pattern that is found in the names of the checks that "
		       "may fail; by default all"},
	{"line", VT_AS_TEXT(T, line), .check = pattern,
		.doc = "Pattern that is found in a line of a console of the "
		       "test"},
	{"bug", VT_AS_TEXT(T, bug), .required = true, .check = text,
		.doc = "The bug, or a link to it"},
	{"until", VT_AS_TEXT(T, until), .required = true, .check = date,
		.doc = "Last day (YYYY-MM-DD) on which the entry applies"},
	{"says", VT_AS_TEXT(T, says), .check = text,
		.doc = "What else to know about it"},
	{0}};
const struct vt_record vt_known_record = {.name = VT_KNOWN_FILE,
	.members = members,
	.check = has_pattern,
	.doc = "A list of known failures, beside the definitions of tests, see "
	       "KNOWN ISSUES in\n.Xr vt-test 5 ."};

static const struct vt_member members_of_test[] = {
	{"at", VT_AS_TEXT(T, at), .required = true,
		.doc = "Where the entry is: file:line:column"},
	{"issue", VT_AS_GROUP(&vt_known_record), .required = true,
		.doc = "The entry, as in known-issues.yaml"},
	{0}};
const struct vt_record vt_known_of_test = {
	.name = "known_issues", .members = members_of_test};

int vt_known_read(
	struct vt_known_file *f, const char *path, struct vt_err **err)
{
	f->doc = vt_doc_load(path, err);
	if (!f->doc)
		return -1;
	const struct vt_node *list = f->doc->root;
	if (list->kind == VT_MAP && !list->n)
		return 0; /* an empty file */
	if (vt_node_list(list, VT_MAP, err) < 0)
		return -1;
	if (list->n > MAX_ENTRIES)
		return vt_node_err(
			list, err, "more than %d known issues", MAX_ENTRIES);
	for (size_t i = 0; i < list->n; i++) {
		struct vt_known *k = vt_record_add(&f->v, &f->n, sizeof(*k));
		VT_AUTO_FREE char *at = vt_node_at(list->items[i]);
		k->at = vt_doc_keep(f->doc, at);
		if (vt_record_read(&vt_known_record, list->items[i], NULL,
			    f->doc, k, err) < 0)
			return -1;
	}
	return 0;
}

void vt_known_free(struct vt_known_file *f)
{
	free(f->v);
	vt_doc_free(f->doc);
	*f = (struct vt_known_file){0};
}

bool vt_known_is_for(const struct vt_known *k, const char *test)
{
	return fnmatch(k->test, test, 0) == 0;
}

bool vt_known_over(const char *until)
{
	char day[32];
	vt_today(day);
	return strcmp(day, until) > 0;
}

int vt_known_excuse(bool *excuse, struct vt_err **err)
{
	const char *value = vt_setting("KNOWN");
	*excuse = !strcmp(value, "skip");
	if (*excuse || !strcmp(value, "fail"))
		return 0;
	const char *from = vt_setting_source("KNOWN");
	return vt_err_set(err, VT_USAGE, "%s: '%s' is not fail or skip",
		from ? from : "KNOWN", value);
}
