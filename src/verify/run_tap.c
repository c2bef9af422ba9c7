#include "run_tap.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "facts.h"

enum {
	MAX_NUMBER = 1 << 20, /* tests in a stream */
	MAX_SKIPS = 2000,     /* bytes of reasons */
};

static void wrong(struct tap *t, char *what)
{
	if (t->wrong)
		free(what);
	else
		t->wrong = what;
}

/* The text after a directive such as "# SKIP", or NULL: "# TODOs" is none.
 * "# SKIPPED:" is one in version 13.
 * @name: "skip" or "todo" */
static const char *directive(const char *line, const char *name)
{
	bool longer = !strcmp(name, "skip");
	for (const char *p = line; (p = strchr(p, '#')); p++) {
		const char *word = p + 1 + strspn(p + 1, " \t");
		if ((p != line && p[-1] == '\\') ||
			strncasecmp(word, name, strlen(name)) != 0)
			continue;
		word += strlen(name);
		if (longer)
			word += strcspn(word, " \t");
		else if (isalnum((unsigned char)*word) || *word == '_')
			continue;
		return word + strspn(word, " \t");
	}
	return NULL;
}

static void add_skip(struct tap *t, const char *name, const char *why)
{
	int len = (int)strcspn(name, "#");
	while (len > 0 && name[len - 1] == ' ')
		len--;
	t->skipped++;
	if (t->skips.len > MAX_SKIPS)
		return;
	vt_str_addf(&t->skips, "%s%.*s%s%s", t->skips.len ? "; " : "", len,
		name, len ? ": " : "", *why ? why : "no reason given");
}

static void take_number(struct tap *t, long n)
{
	if (n < 1 || n > MAX_NUMBER) {
		wrong(t, vt_printf("test number %ld", n));
		return;
	}
	t->highest = n > t->highest ? n : t->highest;
	if (!t->seen)
		t->seen = vt_calloc(MAX_NUMBER / 8 + 1, 1);
	unsigned char bit = (unsigned char)(1u << n % 8);
	if (t->seen[n / 8] & bit)
		wrong(t, vt_printf("test number %ld occurs twice", n));
	t->seen[n / 8] |= bit;
}

/* "ok 3 - name # SKIP why", after "ok". */
static void take_test(
	struct tap *t, const char *line, const char *rest, bool ok)
{
	char *end;
	rest += strspn(rest, " \t");
	long n = strtol(rest, &end, 10);
	bool numbered = end != rest;
	t->ran++;
	/* without a number it has that of its place */
	take_number(t, numbered ? n : t->ran);
	rest = end + strspn(end, " \t");
	rest += strspn(rest, "-");
	rest += strspn(rest, " ");
	const char *why = directive(line, "skip");
	if (why) {
		add_skip(t, rest, why);
	} else if (!ok && !directive(line, "todo")) {
		t->failed++;
		if (!t->first)
			t->first = vt_strdup(line);
	}
}

static void take_plan(struct tap *t, const char *line)
{
	char *end;
	const char *why = directive(line, "skip");
	long n = strtol(line + 3, &end, 10);
	if (end == line + 3 || n < 0 || *(end + strspn(end, " \t")) > '#')
		wrong(t, vt_printf("the plan '%s'", line));
	else if (t->planned >= 0)
		wrong(t, vt_strdup("a second plan"));
	else
		t->planned = n;
	if (why && n == 0 && !t->wrong)
		vt_str_addf(&t->skips, "%s", why);
}

/* The rest of a line that starts with a whole word, or NULL. */
static const char *after(const char *line, const char *word)
{
	size_t n = strlen(word);
	if (strncmp(line, word, n) != 0 || (line[n] && !strchr(" \t", line[n])))
		return NULL;
	return line + n;
}

/* Whether the rest of "ok" looks like a test rather than like prose. */
static bool is_test(const char *rest)
{
	rest += strspn(rest, " \t");
	return (*rest >= '0' && *rest <= '9') || vt_str_starts(rest, "- ");
}

bool tap_read(struct tap *t, const char *text, size_t len)
{
	const struct fact all = {.text = text, .len = len};
	const char *s, *rest;
	size_t at = 0, n;
	bool version = false, tests = false;
	t->planned = -1;
	while (fact_line(&all, &at, &s, &n)) {
		VT_AUTO_FREE char *line = vt_strndup(s, n);
		line[strcspn(line, "\r")] = '\0';
		if (after(line, "TAP version")) {
			version = true;
		} else if (vt_str_starts(line, "1..")) {
			take_plan(t, line);
		} else if ((rest = after(line, "not ok"))) {
			tests = true;
			take_test(t, line, rest, false);
		} else if ((rest = after(line, "ok"))) {
			tests |= is_test(rest);
			take_test(t, line, rest, true);
		} else if (vt_str_starts(line, "Bail out!")) {
			t->bailed = true;
		}
	}
	if (t->planned >= 0 && t->highest > t->planned)
		wrong(t, vt_printf("test number %ld, but a plan of %ld",
				 t->highest, t->planned));
	return version || t->planned >= 0 || tests || t->wrong;
}

void tap_free(struct tap *t)
{
	free(t->first);
	free(t->wrong);
	free(t->seen);
	vt_str_free(&t->skips);
	*t = (struct tap){0};
}
