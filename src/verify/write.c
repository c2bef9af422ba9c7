#include "write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "base/mem.h"
#include "test/history.h"
#include "test/keep.h"
#include "test/passed.h"
#include "test/phase_cache.h"
#include "test/phase_dir.h"
#include "test/phases.h"
#include "test/verdict.h"
#include "versions.h"

/* Whether "FILE" or "FILE:LINE" names a file that is not empty. */
static bool is_to_see(const char *dir, const char *see)
{
	struct stat st;
	VT_AUTO_FREE char *path = vt_fs_join(dir, see);
	char *line = strrchr(path, ':');
	if (line && line[1] && !line[1 + strspn(line + 1, "0123456789")])
		*line = '\0';
	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0;
}

/* What to see instead of a file without content: of a phase without a console,
 * its report. Return: owned, or NULL */
static char *to_see(const char *dir, const char *see)
{
	const struct vt_phase_row *row;
	if (is_to_see(dir, see))
		return vt_strdup(see);
	for (size_t i = 0; (row = vt_phases_at(i)); i++) {
		VT_AUTO_FREE char *console = vt_phases_console(NULL, row->name);
		VT_AUTO_FREE char *report = vt_phases_report(NULL, row->name);
		if (!strcmp(see, console) && is_to_see(dir, report))
			return vt_strdup(report);
	}
	return NULL;
}

static void settle_see(const char *dir, char **see)
{
	char *other = *see ? to_see(dir, *see) : NULL;
	free(*see);
	*see = other;
}

/* Add the name of the test and its phases; name only files that help. */
static void complete(struct verify *v)
{
	struct vt_result *r = &v->result;
	for (size_t i = 0; i < r->checks.n; i++)
		settle_see(v->dir, &r->checks.v[i].see);
	if (*r->see)
		settle_see(v->dir, &r->see);
	if (!r->see)
		r->see = vt_strdup("result.tap");
	v->result.test = vt_result_clean(v->test, false);
	versions_add(v);
	for (size_t i = 0; i < v->phases.n; i++) {
		const struct phase *p = &v->phases.v[i];
		vt_result_add_phase(&v->result, p->name, p->exit, p->outcome,
			p->started, p->report.cached, p->ms);
	}
}

int write_tap(const struct verify *v, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str tap = VT_STR_INIT;
	vt_result_tap(&v->result, v->shown, &tap);
	return vt_fs_write("-", vt_str_c(&tap), tap.len, 0, err);
}

/* The stamp is the last file of a test that passed. */
static int stamp(const struct verify *v, struct vt_err **err)
{
	VT_AUTO_FREE char *path =
		vt_phases_stamp(vt_phases_named("verify"), v->dir);
	VT_AUTO_FREE char *line = vt_printf("%s: %s, %zu checks\n",
		v->result.test, v->result.status, v->result.checks.n);
	return vt_fs_write(path, line, strlen(line), 0644, err);
}

/* Return: 0: not known, since a phase was taken from the cache */
static double seconds(const struct vt_result *r)
{
	uint64_t ms = 0;
	for (size_t i = 0; i < r->n_phases; i++) {
		if (r->phases[i].cached)
			return 0;
		ms += r->phases[i].ms;
	}
	return (double)ms / 1000;
}

/* Write the result before removing data: when killed in between, the test has
 * a valid result, but no stamp. */
int write_all(struct verify *v, bool skip_too, struct vt_err **err)
{
	const struct vt_result *r = &v->result;
	complete(v);
	if (vt_result_write(v->dir, r, v->shown, err) < 0)
		return -1;
	/* a verdict that nobody can count is none */
	if (vt_history_add(
		    v->dir, r->exit, vt_result_phase(r), seconds(r), err) < 0) {
		vt_phase_forget(v->dir, NULL);
		return -1;
	}
	bool known = vt_result_known(r);
	/* the next clean directory must run what may be the cause */
	if (r->exit == VT_FAILED || r->exit == VT_TIMEOUT || known)
		vt_phase_cache_forget(v->dir);
	/* before any data is removed */
	if (r->exit == VT_OK && vt_passed_keep(v->dir, err) < 0)
		return -1;
	if (write_tap(v, err) < 0 ||
		vt_keep_apply(v->dir, vt_verdict_good(r->exit) && !known, err) <
			0)
		return -1;
	/* a known failure is tried again, whatever it counts as */
	if (r->exit == VT_OK || (skip_too && r->exit == VT_SKIPPED && !known))
		return stamp(v, err);
	return 0;
}
