/* Runs one test repeatedly and counts how often it fails, and in which phase.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "data/json.h"
#include "data/record.h"
#include "test/phases.h"
#include "test/result.h"
#include "test/runlog.h"
#include "test/verdict.h"
#include "whole_run.h"

struct rounds {
	struct round {
		int status;
		char *phase; /* that ended it */
	} * v;
	size_t n;
	struct vt_tally tally;
};

static void rounds_free(struct rounds *all)
{
	for (size_t i = 0; i < all->n; i++)
		free(all->v[i].phase);
	free(all->v);
}
#define AUTO_ROUNDS __attribute__((cleanup(rounds_free)))

/* Make all phases run again; the packed installer is kept. */
static int drop_stamps(const char *dir, struct vt_err **err)
{
	const struct vt_phase_row *row;
	for (size_t i = 0; (row = vt_phases_at(i)); i++) {
		VT_AUTO_FREE char *stamp = vt_phases_stamp(row, dir);
		if (row->kind != VT_PHASE_PREPARES &&
			vt_fs_rmtree(stamp, err) < 0)
			return -1;
	}
	return 0;
}

static int move(
	const char *dir, const char *name, const char *to, struct vt_err **err)
{
	VT_AUTO_FREE char *from = vt_fs_join(dir, name);
	VT_AUTO_FREE char *path = vt_fs_join(to, name);
	if (vt_fs_exists(from) && rename(from, path) < 0)
		return vt_err_errno(err, "cannot move '%s'", from);
	return 0;
}

/* Move the logs, the evidence and the results of a failed round to
 * repeat/ROUND. */
static int keep_failure(const char *dir, size_t round, struct vt_err **err)
{
	const struct vt_phase_row *row;
	VT_AUTO_FREE char *to = vt_printf("%s/repeat/%zu", dir, round);
	if (vt_fs_rmtree(to, err) < 0 || vt_fs_mkdirs(to, 0777, err) < 0 ||
		move(dir, VT_PHASES_LOGS, to, err) < 0)
		return -1;
	for (size_t i = 0; (row = vt_phases_at(i)); i++)
		if (row->evidence && move(dir, row->data, to, err) < 0)
			return -1;
	for (const char *const *f = vt_phases_results(); *f; f++)
		if (move(dir, *f, to, err) < 0)
			return -1;
	return 0;
}

static void add_round(struct rounds *all, const char *dir)
{
	VT_AUTO_RESULT struct vt_result r = {0};
	struct round *one = vt_record_add(&all->v, &all->n, sizeof(*one));
	bool found = vt_result_read(dir, &r, NULL) > 0;
	one->status = found ? (int)r.exit : VT_HOST;
	one->phase = vt_strdup(found ? vt_result_phase(&r) : "no result");
	vt_tally_add(&all->tally, one->status);
}

static int one_round(struct session *s, struct rounds *all, const char *dir,
	struct vt_err **err)
{
	if (drop_stamps(dir, err) < 0 || session_make(s, err) < 0)
		return -1;
	if (s->child.signal)
		return 0;
	if (!vt_phases_is_test(dir))
		return vt_err_set(err, VT_USAGE,
			"test '%s' does not exist or cannot be run",
			s->o->test);
	add_round(all, dir);
	const struct round *r = &all->v[all->n - 1];
	bool bad = !vt_verdict_good(r->status);
	vt_log_info("%s: round %zu of %ld: %s%s%s", s->o->test, all->n,
		s->o->repeat, vt_verdict_kind(r->status), bad ? " in " : "",
		bad ? r->phase : "");
	/* the last round's files stay where they are */
	if (bad && (long)all->n < s->o->repeat)
		return keep_failure(dir, all->n, err);
	return 0;
}

static bool same_way(const struct round *a, const struct round *b)
{
	return a->status == b->status && !strcmp(a->phase, b->phase);
}

/* How many ended like round `i`; 0 when an earlier one was counted already. */
static size_t count_first(const struct rounds *all, size_t i)
{
	size_t n = 0;
	for (size_t k = 0; k < all->n; k++) {
		bool same = same_way(&all->v[k], &all->v[i]);
		if (same && k < i)
			return 0;
		n += same;
	}
	return n;
}

/* Append ", 2 failed in boot" for each pair of verdict and phase, in the order
 * in which they first occurred; the same to a JSON list. */
static void add_failures(
	const struct rounds *all, struct vt_str *out, json_t *list)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct round *r = &all->v[i];
		const char *kind = vt_verdict_kind(r->status);
		size_t n = count_first(all, i);
		if (r->status == VT_OK || !n)
			continue;
		vt_str_addf(out, ", %zu %s", n, kind);
		if (r->status != VT_SKIPPED)
			vt_str_addf(out, " in %s", r->phase);
		json_array_append_new(
			list, json_pack("{ss ss si}", "verdict", kind, "phase",
				      r->phase, "rounds", (int)n));
	}
}

static int report(const struct session *s, const struct rounds *all,
	const char *dir, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str failures = VT_STR_INIT;
	VT_AUTO_FREE char *path = vt_fs_join(dir, "repeat.json");
	const struct vt_tally *t = &all->tally;
	json_t *list = json_array();
	const char *verdict =
		vt_tally_unsteady(t) ? VT_UNSTEADY : vt_verdict_kind(t->worst);
	add_failures(all, &failures, list);
	printf("%s: %s: %zu rounds: %zu passed%s\n", s->o->test, verdict,
		all->n, t->passed, vt_str_c(&failures));
	fflush(stdout);
	vt_runlog(s->o->test, "repeat", "%s: %zu rounds: %zu passed%s", verdict,
		all->n, t->passed, vt_str_c(&failures));
	VT_AUTO_JSON json_t *j = json_pack("{si ss ss si si so}", "format", 1,
		"test", s->o->test, "verdict", verdict, "rounds", (int)all->n,
		"passed", (int)t->passed, "others", list);
	return vt_json_write(path, j, err);
}

int session_repeat(struct session *s, struct vt_err **err)
{
	AUTO_ROUNDS struct rounds all = {0};
	VT_AUTO_FREE char *dir = vt_fs_join(s->o->topdir, s->o->test);
	VT_AUTO_FREE char *aside = vt_fs_join(dir, "repeat");
	vt_strv_add(&s->names, s->o->test);
	if (s->dry)
		return session_make(s, err);
	if (vt_fs_rmtree(aside, err) < 0)
		return -1;
	for (long i = 0; i < s->o->repeat && !s->child.signal; i++)
		if (one_round(s, &all, dir, err) < 0)
			return -1;
	if (!all.n)
		return vt_err_set(
			err, VT_USAGE, "no round of '%s' was run", s->o->test);
	if (report(s, &all, dir, err) < 0)
		return -1;
	return all.tally.worst == VT_SKIPPED ? VT_OK : all.tally.worst;
}
