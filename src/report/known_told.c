#include "known_told.h"

#include <string.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "test/phases.h"
#include "test/verdict.h"

/* What the results of all tests say of the entries. */
struct told {
	struct vt_strv expired, unmatched; /* positions */
	struct vt_strv words;              /* for each position in unmatched */
	struct vt_strv matched;
	bool whole; /* each test has a verdict */
};

static void free_told(struct told *t)
{
	vt_strv_free(&t->expired);
	vt_strv_free(&t->unmatched);
	vt_strv_free(&t->words);
	vt_strv_free(&t->matched);
}
#define AUTO_TOLD __attribute__((cleanup(free_told)))

static void take(struct told *t, const struct vt_result *r)
{
	/* an error says nothing of a bug */
	t->whole &= r->exit == VT_OK || r->exit == VT_FAILED ||
		    r->exit == VT_TIMEOUT || r->exit == VT_SKIPPED;
	for (size_t i = 0; i < r->n_known; i++) {
		const struct vt_known_result *k = &r->known[i];
		if (k->state == VT_KNOWN_MATCHED)
			vt_strv_add(&t->matched, k->at);
		else if (k->state == VT_KNOWN_UNMATCHED &&
			 !vt_strv_has(&t->unmatched, k->at)) {
			vt_strv_add(&t->unmatched, k->at);
			vt_strv_add(&t->words, k->bug);
		} else if (k->state == VT_KNOWN_EXPIRED &&
			   !vt_strv_has(&t->expired, k->at)) {
			vt_strv_add(&t->expired, k->at);
			vt_log_warn("%s: expired on %s, and excuses no failure "
				    "any more: %s",
				k->at, k->until ? k->until : "?", k->bug);
		}
	}
}

/* Whether the result of a test is of its verify.yaml. */
static bool is_current(const char *dir)
{
	VT_AUTO_FREE char *input = vt_fs_join(dir, "verify.yaml");
	VT_AUTO_FREE char *result = vt_fs_join(dir, "result.json");
	struct stat in, out;
	if (stat(input, &in) < 0)
		return true;
	return stat(result, &out) == 0 &&
	       (out.st_mtim.tv_sec > in.st_mtim.tv_sec ||
		       (out.st_mtim.tv_sec == in.st_mtim.tv_sec &&
			       out.st_mtim.tv_nsec >= in.st_mtim.tv_nsec));
}

static bool has_row(const struct rows *rows, const char *dir)
{
	for (size_t i = 0; i < rows->n; i++)
		if (!strcmp(rows->v[i].dir, dir))
			return true;
	return false;
}

/* All tests of a directory, also those that are not reported. */
static void take_others(
	struct told *t, const struct rows *rows, const char *dir)
{
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	if (vt_phases_is_test(dir) || vt_fs_list(dir, &names, NULL) < 0) {
		t->whole = false;
		return;
	}
	for (size_t i = 0; t->whole && i < names.n; i++) {
		VT_AUTO_FREE char *test = vt_fs_join(dir, names.v[i]);
		VT_AUTO_RESULT struct vt_result r = {0};
		if (!vt_fs_is_dir(test) || !vt_phases_is_test(test))
			continue;
		t->whole = is_current(test);
		if (t->whole && !has_row(rows, test) &&
			vt_result_read(test, &r, NULL) > 0)
			take(t, &r);
	}
}

void known_told(const struct rows *rows, const struct vt_strv *paths)
{
	AUTO_TOLD struct told t = {.whole = true};
	for (size_t i = 0; i < rows->n; i++)
		take(&t, &rows->v[i].result);
	for (size_t i = 0; t.whole && t.unmatched.n && i < paths->n; i++)
		take_others(&t, rows, paths->v[i]);
	for (size_t i = 0; t.whole && i < t.unmatched.n; i++)
		if (!vt_strv_has(&t.matched, t.unmatched.v[i]))
			vt_log_warn("%s: no failure matches any more: %s",
				t.unmatched.v[i], t.words.v[i]);
}
