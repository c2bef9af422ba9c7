/* Runs one test repeatedly and counts how often it fails, and in which phase.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "data/json.h"
#include "select.h"
#include "test/runlog.h"
#include "whole_run.h"

struct tally {
	struct round {
		int status;
		char *phase;
	} * v;
	size_t n;
};

static void tally_free(struct tally *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->v[i].phase);
	free(t->v);
}
#define AUTO_TALLY __attribute__((cleanup(tally_free)))

/* Make all phases run again; the packed installer is kept. */
static int drop_stamps(const char *dir, struct vt_err **err)
{
	static const char *const stamps[] = {
		".done", "/install.done", "/boot.done", "/collect.done"};
	for (size_t i = 0; i < VT_COUNT(stamps); i++) {
		VT_AUTO_FREE char *path = vt_printf("%s%s", dir, stamps[i]);
		if (vt_fs_rmtree(path, err) < 0)
			return -1;
	}
	return 0;
}

/* Move the logs and results of a failed round to repeat/ROUND. */
static int keep_failure(const char *dir, size_t round, struct vt_err **err)
{
	static const char *const kept[] = {
		"logs", "collect", "result.json", "result.tap", "result.xml"};
	VT_AUTO_FREE char *to = vt_printf("%s/repeat/%zu", dir, round);
	if (vt_fs_rmtree(to, err) < 0 || vt_fs_mkdirs(to, 0777, err) < 0)
		return -1;
	for (size_t i = 0; i < VT_COUNT(kept); i++) {
		VT_AUTO_FREE char *from = vt_fs_join(dir, kept[i]);
		VT_AUTO_FREE char *path = vt_fs_join(to, kept[i]);
		if (vt_fs_exists(from) && rename(from, path) < 0)
			return vt_err_errno(err, "cannot move '%s'", from);
	}
	return 0;
}

static int one_round(struct session *s, struct tally *t, const char *dir,
	struct vt_err **err)
{
	char *phase = NULL;
	VT_AUTO_FREE char *input = vt_fs_join(dir, "verify.yaml");
	if (drop_stamps(dir, err) < 0 || session_make(s, err) < 0)
		return -1;
	if (s->child.signal)
		return 0;
	if (!vt_fs_exists(input))
		return vt_err_set(err, VT_USAGE,
			"test '%s' does not exist or cannot be run",
			s->o->test);
	int status = select_result(dir, &phase);
	t->v = vt_realloc(t->v, t->n + 1, sizeof(*t->v));
	t->v[t->n++] = (struct round){status < 0 ? VT_HOST : status,
		phase ? phase : vt_strdup("no result")};
	const struct round *r = &t->v[t->n - 1];
	bool bad = r->status != VT_OK && r->status != VT_SKIPPED;
	vt_log_info("%s: round %zu of %ld: %s%s%s", s->o->test, t->n,
		s->o->repeat, vt_runlog_word(r->status), bad ? " in " : "",
		bad ? r->phase : "");
	/* the last round's files stay where they are */
	if (bad && (long)t->n < s->o->repeat)
		return keep_failure(dir, t->n, err);
	return 0;
}

static size_t count(const struct tally *t, int status, const char *phase)
{
	size_t n = 0;
	for (size_t i = 0; i < t->n; i++)
		n += t->v[i].status == status &&
		     (!phase || !strcmp(t->v[i].phase, phase));
	return n;
}

/* Append ", 2 failed in boot" for each pair of verdict and phase, in the order
 * in which they first occurred; the same to a JSON list. */
static void add_failures(
	const struct tally *t, struct vt_str *out, json_t *list)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct round *r = &t->v[i];
		bool seen = r->status == VT_OK;
		for (size_t k = 0; k < i && !seen; k++)
			seen = t->v[k].status == r->status &&
			       !strcmp(t->v[k].phase, r->phase);
		if (seen)
			continue;
		size_t n = count(t, r->status, r->phase);
		vt_str_addf(out, ", %zu %s", n, vt_runlog_word(r->status));
		if (r->status != VT_SKIPPED)
			vt_str_addf(out, " in %s", r->phase);
		json_array_append_new(
			list, json_pack("{ss ss si}", "verdict",
				      vt_runlog_word(r->status), "phase",
				      r->phase, "rounds", (int)n));
	}
}

/* The worst status, in the order that vt-report uses for the tests of a run. */
static int worst(const struct tally *t)
{
	static const int order[] = {
		VT_HOST, VT_USAGE, VT_TIMEOUT, VT_FAILED, VT_OK, VT_SKIPPED};
	for (size_t i = 0; i < VT_COUNT(order); i++)
		if (count(t, order[i], NULL))
			return order[i];
	return VT_HOST;
}

static int report(const struct session *s, const struct tally *t,
	const char *dir, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str failures = VT_STR_INIT;
	VT_AUTO_FREE char *path = vt_fs_join(dir, "repeat.json");
	size_t passed = count(t, VT_OK, NULL), failed = 0;
	json_t *list = json_array();
	failed = count(t, VT_FAILED, NULL) + count(t, VT_TIMEOUT, NULL);
	const char *verdict = passed && failed ? "failed, then passed"
					       : vt_runlog_word(worst(t));
	add_failures(t, &failures, list);
	printf("%s: %s: %zu rounds: %zu passed%s\n", s->o->test, verdict, t->n,
		passed, vt_str_c(&failures));
	fflush(stdout);
	vt_runlog(s->o->test, "repeat", "%s: %zu rounds: %zu passed%s", verdict,
		t->n, passed, vt_str_c(&failures));
	VT_AUTO_JSON json_t *j = json_pack("{si ss ss si si so}", "format", 1,
		"test", s->o->test, "verdict", verdict, "rounds", (int)t->n,
		"passed", (int)passed, "others", list);
	return vt_json_write(path, j, err);
}

int session_repeat(struct session *s, struct vt_err **err)
{
	AUTO_TALLY struct tally t = {0};
	VT_AUTO_FREE char *dir = vt_fs_join(s->o->topdir, s->o->test);
	VT_AUTO_FREE char *aside = vt_fs_join(dir, "repeat");
	vt_strv_add(&s->names, s->o->test);
	if (s->dry)
		return session_make(s, err);
	if (vt_fs_rmtree(aside, err) < 0)
		return -1;
	for (long i = 0; i < s->o->repeat && !s->child.signal; i++)
		if (one_round(s, &t, dir, err) < 0)
			return -1;
	if (!t.n)
		return vt_err_set(
			err, VT_USAGE, "no round of '%s' was run", s->o->test);
	if (report(s, &t, dir, err) < 0)
		return -1;
	return worst(&t) == VT_SKIPPED ? VT_OK : worst(&t);
}
