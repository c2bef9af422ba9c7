#include "report_table.h"

#include <string.h>

#include "base/columns.h"
#include "test/phases.h"
#include "test/verdict.h"

static bool any_has(const struct rows *rows, const char *phase)
{
	for (size_t i = 0; i < rows->n; i++) {
		const struct vt_result *r = &rows->v[i].result;
		for (size_t k = 0; k < r->n_phases; k++)
			if (!strcmp(r->phases[k].name, phase))
				return true;
	}
	return false;
}

void table_phases(const struct rows *rows, struct vt_strv *out)
{
	const struct vt_phase_row *row;
	for (size_t i = 0; (row = vt_phases_at(i)); i++)
		if (any_has(rows, row->name))
			vt_strv_add(out, row->name);
}

static void add_time(
	struct vt_strv *cells, const struct vt_result *r, const char *phase)
{
	size_t k = 0;
	while (k < r->n_phases && strcmp(r->phases[k].name, phase) != 0)
		k++;
	if (k == r->n_phases)
		vt_strv_add(cells, "");
	else if (r->phases[k].cached)
		vt_strv_add(cells, "cached");
	else
		vt_strv_addf(cells, "%.1f s", (double)r->phases[k].ms / 1000);
}

/* What the verdict is made of: checks that the host could make, and statements
 * of the config that they answer. */
static void add_made_of(struct vt_strv *cells, const struct vt_result *r)
{
	size_t made = 0;
	for (size_t i = 0; i < r->checks.n; i++)
		made += r->checks.v[i].status != VT_CHECK_SKIP &&
			!r->checks.v[i].host;
	if (made)
		vt_strv_addf(cells, "%zu", made);
	else
		vt_strv_add(cells, "");
	if (r->statements)
		vt_strv_addf(cells, "%ld of %ld",
			r->statements - (long)r->n_unanswered, r->statements);
	else
		vt_strv_add(cells, "");
}

/* Verdicts that need attention are in capitals. */
static void add_verdict(struct vt_strv *cells, const struct row *r)
{
	vt_strv_add(cells, r->verdict);
	if (vt_verdict_good(r->result.exit))
		return;
	for (char *s = cells->v[cells->n - 1]; *s; s++)
		if (*s >= 'a' && *s <= 'z')
			*s = (char)(*s - 'a' + 'A');
}

static void add_counts(struct vt_str *out, const struct rows *rows)
{
	VT_AUTO_STRV struct vt_strv seen = VT_STRV_INIT;
	vt_str_addf(out, "%zu test%s", rows->n, rows->n == 1 ? "" : "s");
	for (size_t i = 0; i < rows->n; i++) {
		const char *verdict = rows->v[i].verdict;
		size_t n = 0;
		if (vt_strv_has(&seen, verdict))
			continue;
		for (size_t k = i; k < rows->n; k++)
			n += !strcmp(rows->v[k].verdict, verdict);
		vt_str_addf(out, "%s %zu %s", seen.n ? "," : ":", n, verdict);
		vt_strv_add(&seen, verdict);
	}
	vt_str_addc(out, '\n');
}

/* The cause, the bug and the file to look at; of a test that passed, what was
 * noted. */
static void add_cause(struct vt_strv *cells, const struct row *row)
{
	const struct vt_result *r = &row->result;
	const char *known = vt_result_known(r);
	VT_AUTO_STR struct vt_str s = VT_STR_INIT;
	vt_str_add(&s, r->cause);
	if (known)
		vt_str_addf(&s, " (known: %s)", known);
	if (*r->see)
		vt_str_addf(&s, " (see %s/%s)", row->dir, r->see);
	if (!s.len && r->n_notes) {
		const struct vt_note *note = &r->notes[0];
		vt_str_addf(&s, "note: %s", note->text);
		if (note->see)
			vt_str_addf(&s, " (see %s/%s)", row->dir, note->see);
		if (r->n_notes > 1)
			vt_str_addf(&s, ", and %zu more", r->n_notes - 1);
	}
	vt_strv_add(cells, vt_str_c(&s));
}

void table_format(const struct rows *rows, struct vt_str *out)
{
	VT_AUTO_STRV struct vt_strv phases = VT_STRV_INIT;
	table_phases(rows, &phases);
	VT_AUTO_COLUMNS struct vt_columns t = {
		.n = 5 + phases.n, .right = 2, .n_right = 2 + phases.n};
	vt_strv_addv(&t.cells, "test", "verdict", (char *)NULL);
	for (size_t k = 0; k < phases.n; k++)
		vt_strv_add(&t.cells, phases.v[k]);
	vt_strv_addv(&t.cells, "checks", "answered", "cause", (char *)NULL);
	for (size_t i = 0; i < rows->n; i++) {
		const struct row *row = &rows->v[i];
		const struct vt_result *r = &row->result;
		vt_strv_add(&t.cells, r->test);
		add_verdict(&t.cells, row);
		for (size_t k = 0; k < phases.n; k++)
			add_time(&t.cells, r, phases.v[k]);
		add_made_of(&t.cells, r);
		add_cause(&t.cells, row);
	}
	vt_columns_format(&t, "", out);
	add_counts(out, rows);
}
