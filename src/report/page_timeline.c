/* What ran when: a lane for each test that ran beside others, phases coloured
 * by their kind, with the time that each waited. Tests that ran hours apart are
 * drawings of their own. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "page.h"
#include "timeline.h"

enum { WIDE = 1000, LANE = 22, MAX_RUNS = 4, AXIS = 18 };

static double at(const struct run *r, int64_t ms)
{
	return (double)(ms - r->from_ms) * WIDE /
	       (double)(r->to_ms - r->from_ms);
}

static void add_rect(
	struct vt_str *out, const char *class, double x, double wide, int y)
{
	html_addf(out,
		"<rect class=\"p-%s\" x=\"%.2f\" y=\"%d\" width=\"%.2f\" "
		"height=\"%d\"/>",
		class, x, y, wide < 0.6 ? 0.6 : wide, LANE - 4);
}

static void add_test(struct vt_str *out, const struct page *p,
	const struct run *r, const struct bar *b)
{
	const struct page_test *t = &p->v[b->test];
	int y = AXIS + (int)b->lane * LANE;
	double x = at(r, b->from_ms), wide = at(r, b->to_ms) - x;
	html_addf(out, "<a href=\"#%s\" class=\"%s\">", t->id, t->class);
	for (size_t i = 0; i < t->n_spans; i++) {
		const struct span *s = &t->spans[i];
		double from = at(r, s->start_ms);
		add_rect(out, s->phase, from,
			at(r, s->start_ms + (int64_t)s->ms) - from, y);
		if (s->waited_ms)
			add_rect(out, "waiting", from,
				at(r, s->start_ms + (int64_t)s->waited_ms) -
					from,
				y);
	}
	if (!t->good)
		html_addf(out,
			"<rect class=\"frame\" x=\"%.2f\" y=\"%d\" "
			"width=\"%.2f\" height=\"%d\"/>",
			x, y, wide < 1 ? 1.0 : wide, LANE - 4);
	if (wide > 6.4 * (double)strlen(t->row->result.test) + 8)
		html_addf(out, "<text x=\"%.2f\" y=\"%d\">%s</text>", x + 4,
			y + 13, t->row->result.test);
	html_addf(out, "<title>%s: %s, ", t->row->result.test, t->row->verdict);
	html_seconds(out, t->ms);
	vt_str_add(out, "</title></a>");
}

/* Lines at round times, at most ten. */
static void add_axis(struct vt_str *out, const struct run *r, int height)
{
	static const int steps[] = {1, 5, 10, 30, 60, 120, 300, 600, 1200, 1800,
		3600, 7200, 14400, 28800, 86400};
	int64_t s = (r->to_ms - r->from_ms) / 1000;
	size_t k = 0;
	while (k + 1 < VT_COUNT(steps) && s / steps[k] > 10)
		k++;
	for (int64_t m = 0; m <= s && m <= 40 * (int64_t)steps[k];
		m += steps[k]) {
		double x = at(r, r->from_ms + m * 1000);
		html_addf(out,
			"<path class=\"tick\" d=\"M%.1f 12V%d\"/>"
			"<text class=\"tick\" x=\"%.1f\" y=\"10\">",
			x, height, x + 2);
		if (steps[k] < 60)
			html_addf(out, "%ld s", (long)m);
		else
			html_addf(out, "%ld min", (long)m / 60);
		vt_str_add(out, "</text>");
	}
}

static void add_run(
	struct vt_str *out, const struct page *p, const struct run *r)
{
	int height = AXIS + (int)r->lanes * LANE;
	char when[VT_CLOCK_STAMP];
	vt_clock_stamp(when, (time_t)(r->from_ms / 1000));
	html_addf(out, "<p class=\"dim\">%zu test%s from %s, ", r->n,
		r->n == 1 ? "" : "s", when);
	html_seconds(out, (uint64_t)(r->to_ms - r->from_ms));
	html_addf(out,
		"</p><div class=\"scroll\" tabindex=\"0\" role=\"region\" "
		"aria-label=\"timeline\"><svg class=\"tl\" "
		"viewBox=\"0 0 %d %d\" role=\"group\" "
		"aria-label=\"what ran when\">",
		WIDE, height);
	add_axis(out, r, height);
	for (size_t i = 0; i < r->n; i++)
		add_test(out, p, r, &r->v[i]);
	vt_str_add(out, "</svg></div>\n");
}

void page_timeline(const struct page *p, struct vt_str *out)
{
	AUTO_TIMELINE struct timeline t = {0};
	timeline_of(p, &t);
	size_t first = t.n > MAX_RUNS ? t.n - MAX_RUNS : 0;
	if (!t.n)
		return;
	vt_str_add(out, "<details class=\"part\" id=\"timeline\" open>"
			"<summary><h2>Timeline</h2></summary>\n"
			"<p class=\"legend\"><span class=\"p-install\">install"
			"</span> <span class=\"p-boot\">boot</span> <span "
			"class=\"p-collect\">collect</span> <span "
			"class=\"p-waiting\">waiting for the host</span></p>");
	if (first)
		html_addf(out,
			"<p class=\"dim\">%zu earlier runs are not "
			"shown</p>",
			first);
	for (size_t i = t.n; i-- > first;)
		add_run(out, p, &t.v[i]);
	vt_str_add(out, "</details>\n");
}
