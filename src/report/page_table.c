/* The matrix of tests and phases. */
#include <string.h>

#include "page.h"
#include "report_table.h"

static const struct vt_result_phase *phase_of(
	const struct vt_result *r, const char *name)
{
	for (size_t i = 0; i < r->n_phases; i++)
		if (!strcmp(r->phases[i].name, name))
			return &r->phases[i];
	return NULL;
}

/* The value that a column is sorted by is in the cell, as a number. */
static void add_time(
	struct vt_str *out, const struct vt_result *r, const char *name)
{
	const struct vt_result_phase *p = phase_of(r, name);
	if (!p) {
		vt_str_add(out, "<td class=\"n\"></td>");
		return;
	}
	html_addf(out, "<td class=\"n%s\" data-v=\"%llu\">",
		p->exit ? " bad" : "", (unsigned long long)p->ms);
	if (p->cached)
		vt_str_add(out, "<span class=\"dim\">cached</span>");
	else
		html_seconds(out, p->ms);
	vt_str_add(out, "</td>");
}

static void add_numbers(struct vt_str *out, const struct vt_result *r)
{
	size_t made = vt_check_count(&r->checks, VT_CHECK_OK) +
		      vt_check_count(&r->checks, VT_CHECK_NOT_OK);
	size_t bad = vt_check_count(&r->checks, VT_CHECK_NOT_OK);
	html_addf(out, "<td class=\"n\" data-v=\"%zu\">", made);
	if (bad)
		html_addf(out, "<span class=\"bad\">%zu</span> of ", bad);
	html_addf(out, "%zu</td><td class=\"n\">", made);
	if (r->statements)
		html_addf(out, "%ld of %ld",
			r->statements - (long)r->n_unanswered, r->statements);
	vt_str_add(out, "</td>");
}

static void add_row(struct vt_str *out, const struct page *p,
	const struct page_test *t, const struct vt_strv *phases)
{
	const struct vt_result *r = &t->row->result;
	html_addf(out,
		"<tr data-v=\"%s\" data-a=\"%s dir:%s\"><td><a class=\"v %s\" "
		"href=\"#%s\">%s</a></td><th scope=\"row\"><a href=\"#%s\">%s"
		"</a></th>",
		t->class, t->attributes, t->row->dir, t->class, t->id,
		t->row->verdict, t->id, r->test);
	for (size_t i = 0; i < phases->n; i++)
		add_time(out, r, phases->v[i]);
	html_addf(out, "<td class=\"n\" data-v=\"%llu\">",
		(unsigned long long)t->ms);
	html_seconds(out, t->ms);
	vt_str_add(out, "</td>");
	add_numbers(out, r);
	vt_str_add(out, "<td>");
	page_history(t, out);
	html_addf(out, "</td><td class=\"cause\">%s", r->cause);
	if (*r->see) {
		vt_str_add(out, " <a class=\"see\" href=\"");
		page_link(p, t, r->see, out);
		html_addf(out, "\">%s</a>", r->see);
	}
	vt_str_add(out, "</td></tr>\n");
}

void page_table(const struct page *p, struct vt_str *out)
{
	VT_AUTO_STRV struct vt_strv phases = VT_STRV_INIT;
	table_phases(p->rows, &phases);
	vt_str_add(out,
		"<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
		"aria-label=\"all tests\"><table id=\"tests\"><thead><tr>"
		"<th scope=\"col\">verdict</th><th scope=\"col\">test</th>");
	for (size_t i = 0; i < phases.n; i++)
		html_addf(out, "<th scope=\"col\" class=\"n\">%s</th>",
			phases.v[i]);
	vt_str_add(out,
		"<th scope=\"col\" class=\"n\">total</th>"
		"<th scope=\"col\" class=\"n\">checks</th>"
		"<th scope=\"col\" class=\"n\">answered</th>"
		"<th scope=\"col\">past</th><th scope=\"col\">cause</th>"
		"</tr></thead><tbody>\n");
	for (size_t i = 0; i < p->n; i++)
		add_row(out, p, &p->v[i], &phases);
	vt_str_add(out, "</tbody></table></div>\n");
}
