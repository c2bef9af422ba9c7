/* run: a program of the user, which reports by TAP or by its exit status. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "check.h"
#include "program.h"

/* Summary of a TAP stream. */
struct tap {
	long planned; /* -1: no plan */
	long ran, failed, skipped;
	bool bailed;
	char *first; /* line of the first that failed; owned */
};

/* Whether a test line has this directive. */
static bool directive(const char *line, const char *name)
{
	for (const char *p = line; (p = strchr(p, '#')); p++)
		if ((p == line || p[-1] != '\\') &&
			!strncasecmp(p + 1 + strspn(p + 1, " \t"), name,
				strlen(name)))
			return true;
	return false;
}

static void tap_test(struct tap *t, const char *line, bool pass)
{
	t->ran++;
	if (directive(line, "skip"))
		t->skipped++;
	else if (!pass && !directive(line, "todo")) {
		t->failed++;
		if (!t->first)
			t->first = vt_strdup(line);
	}
}

/* Whether a line starts with a whole word. */
static bool starts_word(const char *line, const char *word)
{
	size_t n = strlen(word);
	return !strncmp(line, word, n) && (!line[n] || strchr(" \t", line[n]));
}

static bool read_tap(const struct vt_str *out, struct tap *t)
{
	const struct fact text = {.text = vt_str_c(out), .len = out->len};
	const char *s;
	size_t at = 0, len;
	bool version = false;
	t->planned = -1;
	while (fact_line(&text, &at, &s, &len)) {
		VT_AUTO_FREE char *line = vt_strndup(s, len);
		if (starts_word(line, "TAP version"))
			version = true;
		else if (vt_str_starts(line, "1.."))
			t->planned = strtol(line + 3, NULL, 10);
		else if (starts_word(line, "ok"))
			tap_test(t, line, true);
		else if (starts_word(line, "not ok"))
			tap_test(t, line, false);
		else if (vt_str_starts(line, "Bail out!"))
			t->bailed = true;
	}
	return version || t->planned >= 0;
}

static void judge_tap(
	struct vt_check_result *r, const struct tap *t, int status)
{
	if (t->bailed)
		vt_check_found(r, "bailed out after %ld tests", t->ran);
	else if (t->failed)
		vt_check_found(r, "%ld of %ld tests failed: %s", t->failed,
			t->ran, t->first);
	else if (t->planned < 0)
		vt_check_found(r, "%ld tests, but no plan", t->ran);
	else if (t->planned != t->ran)
		vt_check_found(r, "%ld tests planned, but %ld ran", t->planned,
			t->ran);
	else if (status != 0)
		vt_check_found(r, "%ld tests passed, but exit status %d",
			t->ran, status);
	else if (t->ran == t->skipped)
		vt_check_skip(r, "all %ld tests were skipped", t->ran);
	else {
		vt_check_found(r, "%ld tests passed", t->ran - t->skipped);
		vt_check_judge(r, true);
	}
}

static void judge(
	struct vt_check_result *r, const struct vt_str *out, int status)
{
	struct tap t = {0};
	if (read_tap(out, &t)) {
		judge_tap(r, &t, status);
	} else if (status == VT_SKIPPED) {
		vt_check_skip(r, "exit status %d", status);
	} else {
		vt_check_found(r, "exit status %d", status);
		vt_check_judge(r, status == 0);
	}
	free(t.first);
	if (r->status != VT_CHECK_OK)
		program_tail(r, out);
}

void check_run(struct verify *v, const struct check *c)
{
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	VT_AUTO_ERR struct vt_err *err = NULL;
	struct vt_check_result *r = check_start(v, c);
	VT_AUTO_FREE char *shown = program_shown(c);
	vt_check_expect(r, "'%s' succeeds", shown);
	int status = program_run(v, c, true, &out, &err);
	if (status >= 0) {
		judge(r, &out, status);
		return;
	}
	program_failed(r, &err);
	program_tail(r, &out);
}
