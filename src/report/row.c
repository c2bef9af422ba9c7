#include "row.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "data/record.h"
#include "test/history.h"
#include "test/phases.h"
#include "test/verdict.h"

enum { MAX_NAMES = 64 << 20 };

/* A missing result counts as a fault of the host: the outcome is unknown. */
static void no_result(struct row *row, const char *cause)
{
	struct vt_result *r = &row->result;
	struct vt_check_result *check =
		vt_check_new(&r->checks, NULL, NULL, "result");
	vt_check_found(check, "%s", cause);
	check->host = true;
	vt_result_end(r, VT_HOST, cause,
		vt_phases_began(row->dir) ? VT_PHASES_LOGS : "");
	r->test = vt_result_clean(vt_fs_basename(row->dir), false);
	row->verdict = "no result";
}

static void add_test(struct rows *rows, const char *dir)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	struct vt_history past;
	struct row *row = vt_record_add(&rows->v, &rows->n, sizeof(*row));
	row->dir = vt_strdup(dir);
	int rc = vt_result_read(dir, &row->result, &err);
	if (rc < 0) {
		no_result(row, err->msg);
	} else if (rc == 0) {
		no_result(row, vt_fs_is_dir(dir) ? "the test did not finish"
						 : "the test did not run");
	} else {
		vt_history_read(dir, &past);
		row->verdict = past.unsteady ? VT_UNSTEADY
			       : vt_result_known(&row->result)
				       ? VT_KNOWN_FAILURE
				       : row->result.status;
	}
}

/* Whether the test has run: it has a result or logs, not only its inputs. */
static bool has_run(const char *dir)
{
	VT_AUTO_FREE char *result = vt_fs_join(dir, "result.json");
	return vt_fs_exists(result) || vt_phases_began(dir);
}

int rows_add(struct rows *rows, const char *path, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	VT_AUTO_FREE char *dir = vt_strdup(path);
	for (size_t n = strlen(dir); n > 1 && dir[n - 1] == '/';)
		dir[--n] = '\0';
	if (!vt_fs_is_dir(dir) || vt_phases_is_test(dir) ||
		vt_phases_began(dir)) {
		add_test(rows, dir);
		return 0;
	}
	if (vt_fs_list(dir, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.n; i++) {
		VT_AUTO_FREE char *test = vt_fs_join(dir, names.v[i]);
		if (has_run(test))
			add_test(rows, test);
	}
	return 0;
}

void rows_add_names(
	struct rows *rows, const char *dir, const struct vt_strv *names)
{
	for (size_t i = 0; i < names->n; i++) {
		VT_AUTO_FREE char *test = vt_fs_join(dir, names->v[i]);
		add_test(rows, test);
	}
}

int rows_add_named(struct rows *rows, const char *dir, const char *file,
	struct vt_err **err)
{
	VT_AUTO_FREE char *text = vt_fs_read(file, MAX_NAMES, NULL, err);
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	if (!text)
		return -1;
	vt_str_words(text, "\n", &names);
	rows_add_names(rows, dir, &names);
	return 0;
}

void rows_free(struct rows *rows)
{
	for (size_t i = 0; i < rows->n; i++) {
		free(rows->v[i].dir);
		vt_result_free(&rows->v[i].result);
	}
	free(rows->v);
	*rows = (struct rows){0};
}

int rows_status(const struct rows *rows)
{
	struct vt_tally tally = {0};
	for (size_t i = 0; i < rows->n; i++)
		vt_tally_add(&tally, rows->v[i].result.exit);
	return tally.worst;
}
