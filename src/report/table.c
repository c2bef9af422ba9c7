#include "table.h"

#include <stdbool.h>
#include <string.h>

enum { TIME_WIDTH = 10 };

/* Phases that any test has, in the order of the first that has them. */
static void all_phases(const struct rows *rows, struct vt_strv *out)
{
	for (size_t i = 0; i < rows->n; i++)
		for (size_t k = 0; k < rows->v[i].n_phases; k++)
			if (!vt_strv_has(out, rows->v[i].phases[k].name))
				vt_strv_add(out, rows->v[i].phases[k].name);
}

static size_t wider(size_t width, const char *s)
{
	size_t len = strlen(s);
	return len > width ? len : width;
}

static void add_time(struct vt_str *out, const struct row *r, const char *phase)
{
	VT_AUTO_STR struct vt_str cell = VT_STR_INIT;
	for (size_t k = 0; k < r->n_phases; k++)
		if (!strcmp(r->phases[k].name, phase))
			vt_str_addf(&cell, "%.1f s", r->phases[k].seconds);
	vt_str_addf(out, "  %*s", TIME_WIDTH, vt_str_c(&cell));
}

/* What stands out is what needs attention. */
static void add_verdict(struct vt_str *out, const struct row *r, size_t width)
{
	size_t start = out->len;
	vt_str_addf(out, "  %-*s", (int)width, r->verdict);
	for (size_t i = start;
		r->exit != VT_OK && r->exit != VT_SKIPPED && i < out->len; i++)
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
		name = wider(name, rows->v[i].test);
		verdict = wider(verdict, rows->v[i].verdict);
	}
	vt_str_addf(
		out, "%-*s  %-*s", (int)name, "test", (int)verdict, "verdict");
	for (size_t k = 0; k < phases.n; k++)
		vt_str_addf(out, "  %*s", TIME_WIDTH, phases.v[k]);
	vt_str_add(out, "  cause\n");
	for (size_t i = 0; i < rows->n; i++) {
		const struct row *r = &rows->v[i];
		vt_str_addf(out, "%-*s", (int)name, r->test);
		add_verdict(out, r, verdict);
		for (size_t k = 0; k < phases.n; k++)
			add_time(out, r, phases.v[k]);
		vt_str_addf(out, "  %s", r->cause);
		if (*r->see)
			vt_str_addf(out, " (see %s)", r->see);
		trim(out);
	}
	add_counts(out, rows);
}
