/* Checks of a definition on one file: exists, absent, has_line, matches,
 * equals. */
#include <limits.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "guard.h"
#include "mem.h"
#include "str.h"

enum { SEARCH_SECONDS = 10, MAX_SHOWN = 1000 };

static int need_file(struct check *c, struct vt_err **err)
{
	if (c->file && *c->file)
		return 0;
	return vt_node_err(c->node, err, "'%s' needs a 'file'", c->kind->word);
}

static const struct vt_node *value(const struct check *c)
{
	return vt_node_get(c->node, c->kind->word);
}

int parse_exists(struct verify *v, struct check *c, struct vt_err **err)
{
	bool given;
	(void)v;
	if (need_file(c, err) < 0 || vt_node_bool(value(c), &given, err) < 0)
		return -1;
	c->wanted = given == !strcmp(c->kind->word, "exists");
	return 0;
}

int parse_file_text(struct verify *v, struct check *c, struct vt_err **err)
{
	(void)v;
	if (need_file(c, err) < 0)
		return -1;
	return vt_node_str(value(c), &c->text, err);
}

static int compile(regex_t *re, const char *ere, const struct vt_node *n,
	struct vt_err **err)
{
	char why[200];
	int rc = regcomp(re, ere, REG_EXTENDED | REG_NEWLINE);
	if (rc == 0)
		return 0;
	regerror(rc, re, why, sizeof(why));
	return vt_node_err(n, err, "bad regular expression '%s': %s", ere, why);
}

int parse_matches(struct verify *v, struct check *c, struct vt_err **err)
{
	regex_t re;
	if (parse_file_text(v, c, err) < 0 ||
		compile(&re, c->text, value(c), err) < 0)
		return -1;
	regfree(&re);
	return 0;
}

static struct result *start(struct verify *v, const struct check *c)
{
	struct result *r =
		c->name ? check_result(v, c, "%s", c->name)
			: check_result(v, c, "%s %s", c->kind->word, c->file);
	VT_AUTO_FREE char *see = facts_see(c->file);
	result_see(r, "%s", see);
	return r;
}

/* symlinks.txt has "TYPE\tPATH\tTARGET": only a guest can follow links. */
static char *link_target(struct verify *v, const char *file)
{
	AUTO_FACT struct fact fact = {0};
	const char *s;
	size_t at = 0, len;
	if (facts_read(&v->facts, "symlinks.txt", &fact, NULL) != 1)
		return NULL;
	while (*file == '/' || (file[0] == '.' && file[1] == '/'))
		file++;
	while (fact_line(&fact, &at, &s, &len)) {
		VT_AUTO_FREE char *line = vt_strndup(s, len);
		VT_AUTO_STRV struct vt_strv field = VT_STRV_INIT;
		vt_str_split(line, '\t', &field);
		if (field.n == 3 && !strcmp(field.v[1], file))
			return vt_strdup(field.v[2]);
	}
	return NULL;
}

static void found_no_file(
	struct verify *v, struct result *r, const struct check *c)
{
	VT_AUTO_FREE char *target = link_target(v, c->file);
	if (target)
		result_found(r, "a symbolic link to '%s': collect its target",
			target);
	else
		result_found(r, "no file '%s'", c->file);
}

void check_exists(struct verify *v, const struct check *c)
{
	struct result *r = start(v, c);
	VT_AUTO_ERR struct vt_err *err = NULL;
	result_expect(r, "%s '%s'", c->wanted ? "a file" : "no file", c->file);
	int rc = facts_exists(&v->facts, c->file, &err);
	if (rc < 0) {
		result_error(r, &err);
		return;
	}
	if (rc == 1)
		result_found(r, "'%s' is there", c->file);
	else if (c->wanted)
		found_no_file(v, r, c);
	else
		result_found(r, "no file '%s'", c->file);
	result_judge(r, (rc == 1) == c->wanted);
}

/* The file, or false with a result that is not ok. */
static bool open_file(struct verify *v, struct result *r, const struct check *c,
	struct fact *fact)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	int rc = facts_read(&v->facts, c->file, fact, &err);
	if (rc < 0)
		result_error(r, &err);
	else if (rc == 0)
		found_no_file(v, r, c);
	return rc == 1;
}

static bool blank(char ch)
{
	return ch == ' ' || (ch >= '\t' && ch <= '\r');
}

static void strip(const char **s, size_t *len)
{
	while (*len && blank((*s)[*len - 1]))
		--*len;
	while (*len && blank(**s))
		++*s, --*len;
}

/* How much two texts have in common at their start. */
static size_t common(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t n = 0;
	while (n < a_len && n < b_len && a[n] == b[n])
		n++;
	return n;
}

void check_has_line(struct verify *v, const struct check *c)
{
	AUTO_FACT struct fact fact = {0};
	struct result *r = start(v, c);
	const char *want = c->text, *line, *near = NULL;
	size_t want_len = strlen(want), at = 0, len, near_len = 0, best = 3;
	size_t number = 0, near_number = 0;
	strip(&want, &want_len);
	result_expect(r, "the line '%s' in '%s'", c->text, c->file);
	if (!open_file(v, r, c, &fact))
		return;
	while (fact_line(&fact, &at, &line, &len)) {
		number++;
		strip(&line, &len);
		size_t same = common(line, len, want, want_len);
		if (same == len && same == want_len) {
			result_found(r, "line %zu", number);
			result_judge(r, true);
			return;
		}
		if (same > best) {
			best = same;
			near = line;
			near_len = len;
			near_number = number;
		}
	}
	if (near)
		result_found(r,
			"no such line among %zu, the nearest is line %zu: "
			"'%.*s'",
			number, near_number,
			(int)(near_len > MAX_SHOWN ? MAX_SHOWN : near_len),
			near);
	else
		result_found(r, "no such line among %zu", number);
}

struct search {
	const char *ere;
	const struct fact *fact;
};

struct hit {
	bool found, failed;
	size_t start, end;
};

static void search(void *arg, void *out)
{
	const struct search *s = arg;
	struct hit *hit = out;
	regex_t re;
	regmatch_t m = {0, (regoff_t)s->fact->len};
	if (regcomp(&re, s->ere, REG_EXTENDED | REG_NEWLINE) != 0) {
		hit->failed = true;
		return;
	}
	int rc = regexec(&re, s->fact->text, 1, &m, REG_STARTEND);
	hit->found = rc == 0;
	hit->failed = rc != 0 && rc != REG_NOMATCH;
	hit->start = (size_t)m.rm_so;
	hit->end = (size_t)m.rm_eo;
}

static size_t line_number(const struct fact *fact, size_t offset)
{
	size_t n = 1;
	for (size_t i = 0; i < offset; i++)
		n += fact->text[i] == '\n';
	return n;
}

void check_matches(struct verify *v, const struct check *c)
{
	AUTO_FACT struct fact fact = {0};
	VT_AUTO_ERR struct vt_err *err = NULL;
	struct result *r = start(v, c);
	result_expect(r, "a match of /%s/ in '%s'", c->text, c->file);
	if (!open_file(v, r, c, &fact))
		return;
	if (fact.len > INT_MAX / 4) {
		result_found(r, "%zu bytes: too large to search", fact.len);
		return;
	}
	struct search s = {c->text, &fact};
	struct hit *hit =
		guard_run(search, &s, sizeof(*hit), SEARCH_SECONDS, &err);
	if (!hit) {
		vt_err_wrap(&err, "searching '%s'", c->file);
		result_error(r, &err);
		return;
	}
	size_t n = hit->end - hit->start;
	if (hit->found)
		result_found(r, "line %zu: '%.*s'",
			line_number(&fact, hit->start),
			(int)(n > MAX_SHOWN ? MAX_SHOWN : n),
			fact.text + hit->start);
	else
		result_found(r,
			hit->failed ? "the search failed"
				    : "no match in %zu bytes",
			fact.len);
	result_judge(r, hit->found);
	guard_free(hit, sizeof(*hit));
}

/* The end of lines at the end of a file is not worth a failure. */
static size_t without_newlines(const char *s, size_t len)
{
	while (len && s[len - 1] == '\n')
		len--;
	return len;
}

void check_equals(struct verify *v, const struct check *c)
{
	AUTO_FACT struct fact fact = {0};
	struct result *r = start(v, c);
	size_t want = without_newlines(c->text, strlen(c->text));
	result_expect(r, "'%.*s'", (int)want, c->text);
	if (!open_file(v, r, c, &fact))
		return;
	size_t len = without_newlines(fact.text, fact.len);
	size_t same = common(fact.text, len, c->text, want);
	int shown = (int)(len > MAX_SHOWN ? MAX_SHOWN : len);
	if (same == len && same == want)
		result_found(r, "'%.*s'", shown, fact.text);
	else
		result_found(r, "'%.*s'\n(different from line %zu on)", shown,
			fact.text, line_number(&fact, same));
	result_judge(r, same == len && same == want);
}
