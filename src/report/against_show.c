/* Differences between two runs as text. */
#include <string.h>

#include "against.h"
#include "base/columns.h"
#include "base/mem.h"

struct counts {
	size_t compared, verdicts, alone;
};

static void show_test(
	const struct row *row, const struct changes *c, struct vt_str *out)
{
	VT_AUTO_COLUMNS struct vt_columns t = {.n = 3};
	vt_str_addf(out, "\n%s: %zu difference%s%s%s\n", row->result.test,
		c->n + c->more, c->n + c->more == 1 ? "" : "s",
		c->when ? " from the run of " : "", c->when ? c->when : "");
	for (size_t i = 0; i < c->n; i++) {
		const struct change *one = &c->v[i];
		bool first = !i || c->v[i - 1].group != one->group;
		vt_strv_add(&t.cells, first ? one->group : "");
		vt_strv_add(&t.cells, one->what);
		vt_strv_addf(&t.cells, "%s -> %s", one->from ? one->from : "-",
			one->to ? one->to : "-");
	}
	vt_columns_format(&t, "  ", out);
	if (c->more)
		vt_str_addf(out, "  and %zu more\n", c->more);
}

void against_show(
	const struct rows *rows, const char *against, struct vt_str *out)
{
	struct counts n = {0};
	for (size_t i = 0; i < rows->n; i++) {
		const struct row *row = &rows->v[i];
		VT_AUTO_FREE char *dir = against_dir(against, row);
		AUTO_CHANGES struct changes c = {0};
		changes_find(dir, row->dir, &c);
		n.compared += c.known;
		n.alone += !c.known;
		n.verdicts += c.n && !strcmp(c.v[0].group, "verdict");
		if (c.n)
			show_test(row, &c, out);
	}
	vt_str_addf(out,
		"\n%zu test%s compared with %s: %zu with another "
		"verdict",
		n.compared, n.compared == 1 ? "" : "s", against, n.verdicts);
	if (n.alone)
		vt_str_addf(out, "; %zu without a result there", n.alone);
	vt_str_addc(out, '\n');
}
