/* Past verdicts of a test: a strip of squares, and a chart of durations. */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "page.h"
#include "test/verdict.h"

static const char *class_of(int status)
{
	return status == VT_OK        ? "passed"
	       : status == VT_FAILED  ? "failed"
	       : status == VT_TIMEOUT ? "timeout"
	       : status == VT_SKIPPED ? "skipped"
				      : "error";
}

/* A path for each verdict is much shorter than a rectangle for each square. */
void page_history(const struct page_test *t, struct vt_str *out)
{
	static const int statuses[] = {
		VT_OK, VT_FAILED, VT_TIMEOUT, VT_SKIPPED, VT_HOST};
	size_t bad = 0;
	if (t->n_past < 2)
		return;
	for (size_t i = 0; i < t->n_past; i++)
		bad += !vt_verdict_good(t->past[i].status);
	html_addf(out,
		"<svg class=\"past\" width=\"%zu\" height=\"12\" "
		"role=\"img\" aria-label=\"%zu of the last %zu verdicts were "
		"not good\">",
		t->n_past * 6, bad, t->n_past);
	for (size_t k = 0; k < sizeof(statuses) / sizeof(*statuses); k++) {
		const char *class = class_of(statuses[k]);
		size_t n = 0;
		for (size_t i = 0; i < t->n_past; i++) {
			if (strcmp(class_of(t->past[i].status), class) != 0)
				continue;
			if (!n++)
				html_addf(
					out, "<path class=\"%s\" d=\"", class);
			html_addf(out, "M%zu 0h5v12h-5z", i * 6);
		}
		if (n)
			vt_str_add(out, "\"/>");
	}
	vt_str_add(out, "</svg>");
}

static int by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;
	return *x < *y ? -1 : *x > *y;
}

/* Of the passes whose duration is known. */
static double median(const struct page_test *t)
{
	double all[PAGE_PAST] = {0};
	size_t n = 0;
	for (size_t i = 0; i < t->n_past; i++)
		if (t->past[i].status == VT_OK && t->past[i].seconds > 0)
			all[n++] = t->past[i].seconds;
	qsort(all, n, sizeof(*all), by_size);
	return n ? all[n / 2] : 0;
}

void page_durations(const struct page_test *t, struct vt_str *out)
{
	enum { HIGH = 44, BAR = 10 };
	double middle = median(t), most = middle;
	if (t->n_past < 2)
		return;
	for (size_t i = 0; i < t->n_past; i++)
		if (t->past[i].seconds > most)
			most = t->past[i].seconds;
	if (most <= 0 || most > 1e7)
		return;
	html_addf(out,
		"<svg class=\"dur\" width=\"%zu\" height=\"%d\" role=\"img\" "
		"aria-label=\"durations of the last %zu runs\">",
		t->n_past * BAR, HIGH, t->n_past);
	for (size_t i = 0; i < t->n_past; i++) {
		const struct vt_history_line *l = &t->past[i];
		double h = l->seconds > 0 ? l->seconds / most * HIGH : 2;
		html_addf(out,
			"<rect class=\"%s\" x=\"%zu\" y=\"%.1f\" "
			"width=\"%d\" height=\"%.1f\"><title>%s: %s, %.1f s"
			"%s%s</title></rect>",
			class_of(l->status), i * BAR, HIGH - h, BAR - 2, h,
			l->when, vt_verdict_kind(l->status), l->seconds,
			strcmp(l->phase, "-") ? ", by " : "",
			strcmp(l->phase, "-") ? l->phase : "");
	}
	if (middle > 0)
		html_addf(out, "<path class=\"median\" d=\"M0 %.1fH%zu\"/>",
			HIGH - middle / most * HIGH, t->n_past * BAR);
	vt_str_add(out, "</svg>");
	if (middle > 0)
		html_addf(out,
			" <span class=\"dim\">median of passes %.1f s</span>",
			middle);
}
