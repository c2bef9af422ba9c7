/* same_as_host: a collected file equals the output of a command on the host.
 * The command comes from the definition: the user has to allow it. */
#include "base/mem.h"
#include "base/settings.h"
#include "check.h"
#include "program.h"
#include "text.h"

void check_same_as_host(struct verify *v, const struct check *c)
{
	AUTO_FACT struct fact fact = {0};
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	VT_AUTO_ERR struct vt_err *err = NULL;
	struct vt_check_result *r = check_start(v, c);
	VT_AUTO_FREE char *shown = program_shown(c);
	vt_check_expect(r, "the output of '%s' on the host", shown);
	if (!vt_setting_bool("HOST_CHECKS")) {
		vt_check_skip(r, "set VT_HOST_CHECKS=1 to run '%s' on the host",
			shown);
		return;
	}
	if (!check_open(v, r, c, c->file, &fact))
		return;
	int status = program_run(v, c, false, &out, &err);
	if (status < 0) {
		program_failed(r, &err);
		return;
	}
	if (status > 0) {
		vt_check_found(
			r, "'%s' ended with exit status %d", shown, status);
		program_tail(r, &out);
		return;
	}
	struct text want = text_without_newlines(vt_str_c(&out), out.len);
	VT_AUTO_FREE char *text = text_shown(want.s, want.len);
	vt_check_expect(r, "the output of '%s' on the host: '%s'", shown, text);
	text_judge(r, fact.text, fact.len, want);
}
