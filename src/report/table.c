#include "table.h"

#include <stdbool.h>
#include <string.h>

#include "test/verdict.h"

enum { TIME_WIDTH = 10 };

/* Phases that any test has, in the order of the first that has them. */
static void all_phases(const struct rows *rows, struct vt_strv *out)
{
	for (size_t i = 0; i < rows->n; i++)
		for (size_t k = 0; k < rows->v[i].result.n_phases; k++) {
			const char *name = rows->v[i].result.phases[k].name;
			if (!vt_strv_has(out, name))
				vt_strv_add(out, name);
		}
}

static size_t wider(size_t width, const char *s)
{
	size_t len = strlen(s);
	return len > width ? len : width;
}

static void add_time(
	struct vt_str *out, const struct vt_result *r, const char *phase)
{
	VT_AUTO_STR struct vt_str cell = VT_STR_INIT;
	for (size_t k = 0; k < r->n_phases; k++)
		if (!strcmp(r->phases[k].name, phase))
			vt_str_addf(&cell, "%.1f s",
				(double)r->phases[k].ms / 1000);
	vt_str_addf(out, "  %*s", TIME_WIDTH, vt_str_c(&cell));
}

/* What stands out is what needs attention. */
static void add_verdict(struct vt_str *out, const struct row *r, size_t width)
{
	size_t start = out->len;
	vt_str_addf(out, "  %-*s", (int)width, r->verdict);
	for (size_t i = start; !vt_verdict_good(r->result.exit) && i < out->len;
		i++)
		if (out->s[i] >= 'a' && out->s[i] <= 'z')
			out->s[i] = (char)(out->s[i] - 'a' + 'A');
}

static void trim(struct vt_str *out)
{
	while (out->len && out->s[out->len - 1] == ' ')
		out->s[--out->len] = '\0';
	vt_str_addc(out, '\n');
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

void table_format(const struct rows *rows, struct vt_str *out)
{
	VT_AUTO_STRV struct vt_strv phases = VT_STRV_INIT;
	size_t name = strlen("test"), verdict = strlen("verdict");
	all_phases(rows, &phases);
	for (size_t i = 0; i < rows->n; i++) {
		name = wider(name, rows->v[i].result.test);
		verdict = wider(verdict, rows->v[i].verdict);
	}
	vt_str_addf(
		out, "%-*s  %-*s", (int)name, "test", (int)verdict, "verdict");
	for (size_t k = 0; k < phases.n; k++)
		vt_str_addf(out, "  %*s", TIME_WIDTH, phases.v[k]);
	vt_str_add(out, "  cause\n");
	for (size_t i = 0; i < rows->n; i++) {
		const struct row *row = &rows->v[i];
		const struct vt_result *r = &row->result;
		vt_str_addf(out, "%-*s", (int)name, r->test);
		add_verdict(out, row, verdict);
		for (size_t k = 0; k < phases.n; k++)
			add_time(out, r, phases.v[k]);
		vt_str_addf(out, "  %s", r->cause);
		if (*r->see)
			vt_str_addf(out, " (see %s/%s)", row->dir, r->see);
		trim(out);
	}
	add_counts(out, rows);
}
