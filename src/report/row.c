#include "row.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "data/json.h"
#include "test/history.h"

enum { MAX_RESULT = 64 << 20 };

/* For a terminal and on one line: results are read from wherever. */
static char *clean(const char *s)
{
	struct vt_str b = VT_STR_INIT;
	vt_str_printable(&b, s, strlen(s), false);
	return vt_str_take(&b);
}

static char *text(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));
	return clean(s ? s : "");
}

static struct row *new_row(struct rows *rows, const char *dir, char *test)
{
	rows->v = vt_realloc(rows->v, rows->n + 1, sizeof(*rows->v));
	struct row *r = &rows->v[rows->n++];
	*r = (struct row){.dir = vt_strdup(dir), .test = test};
	return r;
}

static void no_result(struct rows *rows, const char *dir, const char *cause)
{
	struct row *r = new_row(rows, dir, clean(vt_fs_basename(dir)));
	VT_AUTO_FREE char *logs = vt_fs_join(dir, "logs");
	r->verdict = vt_strdup("no result");
	r->exit = VT_HOST;
	r->cause = clean(cause);
	r->see = vt_strdup(vt_fs_is_dir(logs) ? logs : "");
}

static void add_phases(struct row *r, const json_t *phases)
{
	const char *name;
	json_t *phase;
	json_object_foreach ((json_t *)phases, name, phase) {
		r->phases = vt_realloc(
			r->phases, r->n_phases + 1, sizeof(*r->phases));
		r->phases[r->n_phases++] = (struct phase_time){clean(name),
			json_number_value(json_object_get(phase, "seconds"))};
	}
}

static void add_result(struct rows *rows, const char *dir, const json_t *j)
{
	const json_t *status = json_object_get(j, "exit");
	const char *word = json_string_value(json_object_get(j, "status"));
	VT_AUTO_FREE char *see = text(j, "see");
	if (json_integer_value(json_object_get(j, "format")) != 1 || !word ||
		!json_is_integer(status)) {
		no_result(rows, dir, "result.json is not one of vt-verify's");
		return;
	}
	struct row *r = new_row(rows, dir, text(j, "test"));
	struct vt_history past;
	vt_history_read(dir, &past);
	r->verdict = past.failed_then_passed ? vt_strdup("failed, then passed")
					     : clean(word);
	r->exit = (int)json_integer_value(status);
	r->cause = text(j, "cause");
	r->see = *see ? vt_fs_join(dir, see) : vt_strdup("");
	add_phases(r, json_object_get(j, "phases"));
}

static void add_test(struct rows *rows, const char *dir)
{
	VT_AUTO_FREE char *path = vt_fs_join(dir, "result.json");
	VT_AUTO_ERR struct vt_err *err = NULL;
	if (!vt_fs_exists(path)) {
		no_result(rows, dir,
			vt_fs_is_dir(dir) ? "it did not run to its end"
					  : "it did not run");
		return;
	}
	VT_AUTO_JSON json_t *j = vt_json_load(path, MAX_RESULT, &err);
	if (j)
		add_result(rows, dir, j);
	else
		no_result(rows, dir, err->msg);
}

/* Whether a directory is one test's. */
static bool is_test(const char *dir)
{
	static const char *const marks[] = {
		"result.json", "verify.yaml", "test.yaml", "logs", NULL};
	for (const char *const *mark = marks; *mark; mark++) {
		VT_AUTO_FREE char *path = vt_fs_join(dir, *mark);
		if (vt_fs_exists(path))
			return true;
	}
	return false;
}

/* Whether there is a result, or ought to be: a plan alone is no run. */
static bool has_run(const char *dir)
{
	VT_AUTO_FREE char *result = vt_fs_join(dir, "result.json");
	VT_AUTO_FREE char *logs = vt_fs_join(dir, "logs");
	return vt_fs_exists(result) || vt_fs_is_dir(logs);
}

int rows_add(struct rows *rows, const char *path, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	VT_AUTO_FREE char *dir = vt_strdup(path);
	for (size_t n = strlen(dir); n > 1 && dir[n - 1] == '/';)
		dir[--n] = '\0';
	if (!vt_fs_is_dir(dir) || is_test(dir)) {
		add_test(rows, dir);
		return 0;
	}
	if (vt_fs_list(dir, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.n; i++) {
		VT_AUTO_FREE char *test = vt_fs_join(dir, names.v[i]);
		if (vt_fs_is_dir(test) && is_test(test) && has_run(test))
			add_test(rows, test);
	}
	return 0;
}

int rows_add_named(struct rows *rows, const char *dir, const char *file,
	struct vt_err **err)
{
	VT_AUTO_FREE char *names = vt_fs_read(file, MAX_RESULT, NULL, err);
	if (!names)
		return -1;
	for (char *p = names, *name; (name = strsep(&p, "\n"));) {
		VT_AUTO_FREE char *test = vt_fs_join(dir, name);
		if (*name)
			add_test(rows, test);
	}
	return 0;
}

void rows_free(struct rows *rows)
{
	for (size_t i = 0; i < rows->n; i++) {
		struct row *r = &rows->v[i];
		for (size_t k = 0; k < r->n_phases; k++)
			free(r->phases[k].name);
		free(r->phases);
		free(r->dir);
		free(r->test);
		free(r->verdict);
		free(r->cause);
		free(r->see);
	}
	free(rows->v);
	*rows = (struct rows){0};
}

/* A fault of the host says more about a run than a failure in it: what was
 * not tested is not known. */
static int rank(int status)
{
	static const int order[] = {
		VT_SKIPPED, VT_OK, VT_FAILED, VT_TIMEOUT, VT_USAGE, VT_HOST};
	size_t i = 0;
	while (i < VT_COUNT(order) && order[i] != status)
		i++;
	return (int)i;
}

int rows_status(const struct rows *rows)
{
	int worst = rows->n ? VT_SKIPPED : VT_OK;
	for (size_t i = 0; i < rows->n; i++)
		if (rank(rows->v[i].exit) > rank(worst))
			worst = rows->v[i].exit;
	return worst;
}
