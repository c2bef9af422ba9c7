/* Checks by regular expression: matches, not_matches; and of the number of
 * lines: count. */
#include <limits.h>
#include <string.h>

#include "base/mem.h"
#include "check.h"
#include "search.h"
#include "test/ask.h"

static void search_error(
	struct vt_check_result *r, const struct check *c, struct vt_err **err)
{
	vt_err_wrap(err, "searching '%s'", c->file);
	vt_check_error(r, err);
}

void check_matches(struct verify *v, const struct check *c)
{
	AUTO_FACT struct fact fact = {0};
	VT_AUTO_ERR struct vt_err *err = NULL;
	bool wanted = !strcmp(c->kind->word, "matches");
	struct vt_check_result *r = check_start(v, c);
	const char *ere = vt_node_text(c->value);
	struct hit hit;
	vt_check_expect(r, "%s match of /%s/ in '%s'", wanted ? "a" : "no", ere,
		c->file);
	if (!check_open(v, r, c, c->file, &fact))
		return;
	struct text text = {fact.text, fact.len};
	if (search_text(ere, text, &hit, &err) < 0) {
		search_error(r, c, &err);
		return;
	}
	if (hit.found) {
		VT_AUTO_FREE char *shown =
			text_shown(fact.text + hit.start, hit.end - hit.start);
		vt_check_found(r, "line %zu: '%s'",
			text_line_number(fact.text, hit.start), shown);
	} else {
		vt_check_found(r, "no match in %zu bytes", fact.len);
	}
	vt_check_judge(r, hit.found == wanted);
}

static size_t lines_like(const struct fact *fact, const char *line)
{
	struct text want = {NULL, 0};
	const char *s;
	size_t at = 0, len, n = 0;
	if (line)
		want = text_stripped(line, strlen(line));
	while (fact_line(fact, &at, &s, &len)) {
		struct text is = text_stripped(s, len);
		n += !line ||
		     (is.len == want.len && !memcmp(is.s, want.s, is.len));
	}
	return n;
}

static bool compare(size_t n, enum vt_compare op, size_t value)
{
	switch (op) {
	case VT_NE:
		return n != value;
	case VT_LT:
		return n < value;
	case VT_LE:
		return n <= value;
	case VT_GT:
		return n > value;
	case VT_GE:
		return n >= value;
	default:
		return n == value;
	}
}

void check_count(struct verify *v, const struct check *c)
{
	AUTO_FACT struct fact fact = {0};
	VT_AUTO_ERR struct vt_err *err = NULL;
	struct vt_check_result *r = check_start(v, c);
	const char *line = vt_node_text(vt_node_get(c->value, "line"));
	const char *ere = vt_node_text(vt_node_get(c->value, "matches"));
	enum vt_compare op = vt_compare_of(c->value);
	struct hit hit = {0};
	long value = 0;
	vt_node_int(vt_node_get(c->value, "value"), 0, LONG_MAX, &value, NULL);
	VT_AUTO_FREE char *like = line  ? vt_printf(" equal to '%s'", line)
				  : ere ? vt_printf(" matching /%s/", ere)
					: vt_strdup("");
	vt_check_expect(r, "%s %ld lines%s in '%s'", vt_compare_word(op), value,
		like, c->file);
	if (!check_open(v, r, c, c->file, &fact))
		return;
	struct text text = {fact.text, fact.len};
	if (ere && search_lines(ere, text, &hit, &err) < 0) {
		search_error(r, c, &err);
		return;
	}
	size_t n = ere ? hit.lines : lines_like(&fact, line);
	vt_check_found(r, "%zu lines", n);
	vt_check_judge(r, compare(n, op, (size_t)value));
}
