/* Checks of the lines of a file: has_line, lacks_line. */
#include <string.h>

#include "base/mem.h"
#include "check.h"
#include "text.h"

/* Result of a search in all lines. */
struct look {
	size_t lines, number; /* number: of the matching line; 0: none */
	struct text near;
	size_t near_number;
};

static struct look look_for(const struct fact *fact, struct text want)
{
	struct look l = {0};
	const char *s;
	size_t at = 0, len, best = 3;
	while (!l.number && fact_line(fact, &at, &s, &len)) {
		struct text line = text_stripped(s, len);
		size_t same = text_common(line, want);
		l.lines++;
		if (same == line.len && same == want.len)
			l.number = l.lines;
		if (same <= best)
			continue;
		best = same;
		l.near = line;
		l.near_number = l.lines;
	}
	return l;
}

void check_has_line(struct verify *v, const struct check *c)
{
	AUTO_FACT struct fact fact = {0};
	bool wanted = !strcmp(c->kind->word, "has_line");
	struct vt_check_result *r = check_start(v, c);
	const char *text = vt_node_text(c->value);
	vt_check_expect(r, "%s '%s' in '%s'", wanted ? "the line" : "no line",
		text, c->file);
	if (!check_open(v, r, c, c->file, &fact))
		return;
	struct look l = look_for(&fact, text_stripped(text, strlen(text)));
	if (l.number) {
		vt_check_found(r, "line %zu", l.number);
	} else if (wanted && l.near_number) {
		VT_AUTO_FREE char *near = text_shown(l.near.s, l.near.len);
		vt_check_found(r,
			"no such line in %zu lines; the nearest is line %zu: "
			"'%s'",
			l.lines, l.near_number, near);
	} else {
		vt_check_found(r, "no such line in %zu lines", l.lines);
	}
	vt_check_judge(r, (l.number != 0) == wanted);
}
