/* Runs each of some tests on the finished disks of each of them, and shows the
 * results as one table. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/columns.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/near.h"
#include "test/result.h"
#include "test/topdir.h"
#include "test/verdict.h"
#include "whole_run.h"

struct matrix {
	const char *topdir;
	const struct vt_strv *tests;
	struct vt_strv words;  /* of the cells, row by row */
	struct vt_strv causes; /* "NAME: CAUSE" of those that are not ok */
	struct vt_tally tally;
};

static void matrix_free(struct matrix *m)
{
	vt_strv_free(&m->words);
	vt_strv_free(&m->causes);
}
#define AUTO_MATRIX __attribute__((cleanup(matrix_free)))

static char *cell_name(const char *first, const char *second)
{
	return vt_printf("%s-on-%s", second, first);
}

static bool read_result(
	const char *topdir, const char *test, struct vt_result *r)
{
	VT_AUTO_FREE char *dir = vt_fs_join(topdir, test);
	return vt_result_read(dir, r, NULL) > 0;
}

/* Without a result: the disks that it was to start from were not made. */
static void add_missing(struct matrix *m, const char *name, const char *first)
{
	VT_AUTO_RESULT struct vt_result r = {0};
	bool known = read_result(m->topdir, first, &r) &&
		     !vt_verdict_good((int)r.exit);
	vt_strv_add(&m->words, "-");
	vt_strv_addf(&m->causes, "%s: not run: %s%s%s", name,
		known ? first : "see above", known ? ": " : "",
		known ? r.cause : "");
	vt_tally_add(&m->tally, known ? (int)r.exit : VT_HOST);
}

static void add_cell(struct matrix *m, const char *first, const char *second)
{
	VT_AUTO_RESULT struct vt_result r = {0};
	VT_AUTO_FREE char *name = cell_name(first, second);
	if (!read_result(m->topdir, name, &r)) {
		add_missing(m, name, first);
		return;
	}
	int status = (int)r.exit;
	vt_tally_add(&m->tally, status);
	vt_strv_add(&m->words, status == VT_OK        ? "ok"
			       : status == VT_SKIPPED ? "skip"
						      : "FAIL");
	if (status != VT_OK)
		vt_strv_addf(&m->causes, "%s: %s: %s", name,
			vt_verdict_kind(status), r.cause);
}

/* The words of a table, with its heads. */
static void add_row(const struct matrix *m, size_t row, struct vt_strv *cells)
{
	size_t n = m->tests->n;
	vt_strv_add(cells, m->tests->v[row]);
	for (size_t i = 0; i < n; i++)
		vt_strv_add(cells, m->words.v[row * n + i]);
}

static void add_head(const struct matrix *m, struct vt_strv *cells)
{
	vt_strv_add(cells, "first \\ second");
	for (size_t i = 0; i < m->tests->n; i++)
		vt_strv_add(cells, m->tests->v[i]);
}

static void print(const struct matrix *m)
{
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	VT_AUTO_COLUMNS struct vt_columns t = {.n = m->tests->n + 1};
	add_head(m, &t.cells);
	for (size_t i = 0; i < m->tests->n; i++)
		add_row(m, i, &t.cells);
	vt_columns_format(&t, "", &text);
	for (size_t i = 0; i < m->causes.n; i++)
		vt_str_addf(&text, "%s\n", m->causes.v[i]);
	fputs(text.s, stdout);
	fflush(stdout);
}

static void add_line(struct vt_str *out, const struct vt_strv *cells)
{
	for (size_t i = 0; i < cells->n; i++)
		vt_str_addf(out, "| %s ", cells->v[i]);
	vt_str_add(out, "|\n");
}

/* Causes have texts of guests: they are shown as code. */
static int write_page(const struct matrix *m, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	VT_AUTO_STRV struct vt_strv head = VT_STRV_INIT;
	VT_AUTO_FREE char *path = vt_fs_join(m->topdir, VT_TOPDIR_MATRIX);
	vt_str_add(&text, "# Tests on the disks of other tests\n\n");
	add_head(m, &head);
	add_line(&text, &head);
	for (size_t i = 0; i < head.n; i++)
		vt_str_add(&text, "|---");
	vt_str_add(&text, "|\n");
	for (size_t i = 0; i < m->tests->n; i++) {
		VT_AUTO_STRV struct vt_strv row = VT_STRV_INIT;
		add_row(m, i, &row);
		add_line(&text, &row);
	}
	for (size_t i = 0; i < m->causes.n; i++)
		vt_str_addf(&text, "%s    %s\n", i ? "" : "\n", m->causes.v[i]);
	return vt_fs_write(path, text.s, text.len, 0644, err);
}

static int check_tests(const struct vt_strv *tests, const struct vt_strv *all,
	struct vt_err **err)
{
	if (!tests->n)
		return vt_err_set(err, VT_USAGE,
			"no tests: make dirty-matrix TESTS='A B'");
	for (size_t i = 0; i < tests->n; i++) {
		struct vt_near near = vt_near_start(tests->v[i]);
		if (vt_strv_has(all, tests->v[i]))
			continue;
		for (size_t k = 0; k < all->n; k++)
			vt_near_try(&near, all->v[k]);
		return vt_err_set(err, VT_USAGE, "there is no test '%s'%s",
			tests->v[i], vt_near_hint(&near, ""));
	}
	return 0;
}

int session_matrix(struct session *s, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv tests = VT_STRV_INIT, all = VT_STRV_INIT;
	AUTO_MATRIX struct matrix m = {.topdir = s->o->topdir, .tests = &tests};
	vt_str_words(s->o->matrix, ", ", &tests);
	if (session_list(s, NULL, &all, err) < 0 ||
		check_tests(&tests, &all, err) < 0)
		return -1;
	for (size_t i = 0; i < tests.n; i++)
		for (size_t k = 0; k < tests.n; k++)
			vt_strv_take(
				&s->names, cell_name(tests.v[i], tests.v[k]));
	int status = session_make(s, err);
	if (status < 0 || s->dry)
		return status;
	for (size_t i = 0; i < tests.n; i++)
		for (size_t k = 0; k < tests.n; k++)
			add_cell(&m, tests.v[i], tests.v[k]);
	print(&m);
	if (write_page(&m, err) < 0)
		return -1;
	if (!vt_verdict_good(m.tally.worst))
		return m.tally.worst;
	return status ? VT_HOST : VT_OK;
}
