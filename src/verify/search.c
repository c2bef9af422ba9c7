#include "search.h"

#include <limits.h>
#include <string.h>

#include "data/pattern.h"
#include "guard.h"

struct search {
	const char *ere;
	struct text text;
	bool lines;
};

struct outcome {
	struct hit hit;
	bool failed;
};

static int match(const regex_t *re, const char *s, size_t len, regmatch_t *m)
{
	*m = (regmatch_t){0, (regoff_t)len};
	return regexec(re, s, 1, m, REG_STARTEND);
}

static void each_line(const regex_t *re, struct text text, struct outcome *out)
{
	const char *s = text.s, *end = text.s + text.len;
	while (s < end && !out->failed) {
		const char *nl = memchr(s, '\n', (size_t)(end - s));
		regmatch_t m;
		int rc = match(re, s, (size_t)((nl ? nl : end) - s), &m);
		out->hit.lines += rc == 0;
		out->failed = rc != 0 && rc != REG_NOMATCH;
		s = nl ? nl + 1 : end;
	}
}

static void search(void *arg, void *result)
{
	const struct search *s = arg;
	struct outcome *out = result;
	regex_t re;
	regmatch_t m;
	if (vt_pattern_compile(&re, s->ere, REG_NEWLINE, NULL) < 0) {
		out->failed = true;
		return;
	}
	if (s->lines) {
		each_line(&re, s->text, out);
		return;
	}
	int rc = match(&re, s->text.s, s->text.len, &m);
	out->hit.found = rc == 0;
	out->failed = rc != 0 && rc != REG_NOMATCH;
	out->hit.start = (size_t)m.rm_so;
	out->hit.end = (size_t)m.rm_eo;
}

static int guarded(struct search *s, struct hit *hit, struct vt_err **err)
{
	if (s->text.len > INT_MAX / 4)
		return vt_err_set(err, VT_FAILED,
			"%zu bytes are too large to search", s->text.len);
	struct outcome *out =
		guard_run(search, s, sizeof(*out), VT_BOUND_SEARCH_TIME, err);
	if (!out)
		return -1;
	bool failed = out->failed;
	*hit = out->hit;
	guard_free(out, sizeof(*out));
	return failed ? vt_err_set(err, VT_FAILED, "the search failed") : 0;
}

int search_text(
	const char *ere, struct text text, struct hit *hit, struct vt_err **err)
{
	struct search s = {ere, text, false};
	return guarded(&s, hit, err);
}

int search_lines(
	const char *ere, struct text text, struct hit *hit, struct vt_err **err)
{
	struct search s = {ere, text, true};
	return guarded(&s, hit, err);
}
