#include "capsule_screen.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "capsule.h"
#include "screen.h"
#include "test/result.h"

static void add_result(
	struct vt_str *out, const struct vt_capsule_file *f, const char *dir)
{
	VT_AUTO_RESULT struct vt_result r = {0};
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_FREE char *test = vt_printf("%s/tests/%s", dir, f->test);
	int rc = vt_result_read(test, &r, &err);
	vt_str_addf(out, "%s: %s", f->test, rc > 0 ? r.status : "no result");
	if (strcmp(f->phase, "-") != 0)
		vt_str_addf(out, " in its %s phase", f->phase);
	vt_str_addc(out, '\n');
	if (rc <= 0) {
		VT_AUTO_FREE char *why =
			vt_result_clean(err ? err->msg : "", false);
		if (*why)
			vt_str_addf(out, "cause:    %s\n", why);
		return;
	}
	screen_failure(&r, out);
	if (*r.see)
		vt_str_addf(out, "see:      %s/%s\n", test, r.see);
}

void capsule_screen(const struct vt_capsule_file *f, const char *dir)
{
	VT_AUTO_STR struct vt_str out = VT_STR_INIT, where = VT_STR_INIT;
	const struct vt_capsule_refusal *no = vt_capsule_missing(
		f, strcmp(f->resume, "-") != 0 ? f->resume : "verify");
	add_result(&out, f, dir);
	vt_str_shquote(&where, dir);
	vt_str_addf(&out,
		"'%s' has the capsule: %zu files with secrets that were "
		"replaced, %zu files left out (see %s/" CAPSULE_README ")\n",
		dir, f->replaced.n, f->left_out.n, dir);
	if (no) {
		VT_AUTO_FREE char *needs = vt_result_clean(no->needs, false);
		vt_str_addf(&out,
			"the %s phase cannot run again here: it needs %s\n",
			no->phase, needs);
	}
	vt_str_addf(&out,
		"%s, if you trust who sent it:\n"
		"  make -C %s -f " CAPSULE_MAKEFILE "%s\n",
		no ? "to verify again" : "to resume the test", where.s,
		no ? " from-verify" : "");
	fputs(out.s, stdout);
}
