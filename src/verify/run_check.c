/* run: a program of the user, which reports by TAP or by its exit status. */
#include "base/mem.h"
#include "base/str.h"
#include "check.h"
#include "program.h"
#include "run_tap.h"

static void judge_tap(
	struct vt_check_result *r, const struct tap *t, int status)
{
	if (t->bailed)
		vt_check_found(r, "bailed out after %ld tests", t->ran);
	else if (t->failed)
		vt_check_found(r, "%ld of %ld tests failed: %s", t->failed,
			t->ran, t->first);
	else if (t->wrong)
		vt_check_found(r, "not valid TAP: %s", t->wrong);
	else if (t->planned < 0)
		vt_check_found(r, "%ld tests, but no plan", t->ran);
	else if (t->planned != t->ran)
		vt_check_found(r, "%ld tests planned, but %ld ran", t->planned,
			t->ran);
	else if (status != 0)
		vt_check_found(r, "%ld tests passed, but exit status %d",
			t->ran, status);
	else if (t->ran == t->skipped)
		vt_check_skip(r, "all %ld tests were skipped: %s", t->ran,
			t->skips.len ? t->skips.s : "no reason given");
	else {
		vt_check_found(r, "%ld tests passed", t->ran - t->skipped);
		if (t->skipped)
			vt_check_found(r, "%ld tests passed, %ld skipped: %s",
				t->ran - t->skipped, t->skipped, t->skips.s);
		vt_check_judge(r, true);
	}
}

static void judge(
	struct vt_check_result *r, const struct vt_str *out, int status)
{
	AUTO_TAP struct tap t = {0};
	if (tap_read(&t, vt_str_c(out), out->len)) {
		judge_tap(r, &t, status);
	} else if (status == VT_SKIPPED) {
		vt_check_skip(r, "exit status %d", status);
	} else {
		vt_check_found(r, "exit status %d", status);
		vt_check_judge(r, status == 0);
	}
	if (r->status != VT_CHECK_OK)
		program_tail(r, out);
}

void check_run(struct verify *v, const struct check *c)
{
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	VT_AUTO_ERR struct vt_err *err = NULL;
	struct vt_check_result *r = check_start(v, c);
	VT_AUTO_FREE char *shown = program_shown(c);
	vt_check_expect(r, "'%s' succeeds", shown);
	int status = program_run(v, c, true, &out, &err);
	if (status >= 0) {
		judge(r, &out, status);
		return;
	}
	program_failed(r, &err);
	program_tail(r, &out);
}
