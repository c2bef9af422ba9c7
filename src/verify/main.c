/* vt-verify: check the collected facts, logs and disks of a test. */
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/proc.h"
#include "test/phase_dir.h"
#include "test/runlog.h"
#include "test/verdict.h"
#include "verify.h"
#include "verify_images.h"
#include "verify_known.h"
#include "verify_options.h"
#include "write.h"

static int open_test(
	const struct options *o, struct verify *v, struct vt_err **err)
{
	v->shown = vt_strdup(o->dir);
	for (size_t n = strlen(v->shown); n > 1 && v->shown[n - 1] == '/';)
		v->shown[--n] = '\0';
	if (vt_phase_need_test(v->shown, err) < 0)
		return -1;
	v->dir = realpath(v->shown, NULL);
	if (!v->dir)
		return vt_err_errno(err, "cannot find '%s'", v->shown);
	v->test = vt_fs_basename(v->dir);
	return 0;
}

/* "61 checks, 2 skipped, 46 of 48 statements answered" */
static char *summary(const struct vt_result *r)
{
	size_t skipped = vt_check_count(&r->checks, VT_CHECK_SKIP);
	struct vt_str text = VT_STR_INIT;
	vt_str_addf(&text, "%zu checks", r->checks.n - skipped);
	if (skipped)
		vt_str_addf(&text, ", %zu skipped", skipped);
	vt_result_coverage(r, ", ", &text);
	return vt_str_take(&text);
}

static void log_verdict(const struct verify *v)
{
	const struct vt_result *r = &v->result;
	const char *known = vt_result_known(r);
	VT_AUTO_FREE char *text = summary(r);
	vt_log_context(v->test);
	if (r->exit == VT_OK)
		vt_log_info("passed, %s", text);
	else if (known)
		vt_log_info("%s: %s: %s (see %s%s%s)", VT_KNOWN_FAILURE, known,
			r->cause, v->shown, *v->shown ? "/" : "", r->see);
	else if (r->exit == VT_SKIPPED)
		vt_log_info("skipped: %s", r->cause);
	else
		vt_log_info("%s: %s (see %s%s%s)",
			!strcmp(r->status, "failed") ? "FAILED" : "ERROR",
			r->cause, v->shown, *v->shown ? "/" : "", r->see);
}

/* An error is a result as well: each test gets one. */
static void judge(const struct options *o, struct verify *v)
{
	VT_AUTO_ERR struct vt_err *why = NULL;
	int rc = o->failed ? verify_failed(v, o->failed, &why)
			   : verify_test(v, &why);
	if (rc == 0)
		rc = known_apply(v, &why);
	if (rc < 0)
		verify_error(v, &why);
}

static int verify(const struct options *o, int *status, struct vt_err **err)
{
	struct verify v = {.facts = FACTS_INIT};
	uint64_t began = vt_now_ms();
	int rc = open_test(o, &v, err);
	if (rc == 0)
		rc = vt_phase_forget(v.dir, err);
	if (rc == 0) {
		judge(o, &v);
		*status = v.result.exit;
		rc = write_all(&v, o->skip_is_done, err);
		if (o->skip_is_done && *status == VT_SKIPPED)
			*status = VT_OK;
		if (rc == 0)
			log_verdict(&v);
		vt_runlog_end(v.dir, "verify",
			rc == 0 ? v.result.exit : (int)vt_err_status(*err),
			(double)(vt_now_ms() - began) / 1000,
			rc == 0 ? v.result.cause : (*err)->msg);
	}
	checks_free(&v);
	return rc;
}

/* Without a test an error is no result. */
static int verify_config(
	const struct options *o, int *status, struct vt_err **err)
{
	struct verify v = {.facts = FACTS_INIT};
	int rc = verify_images(&v, o, err);
	if (rc == 0)
		rc = write_tap(&v, err);
	if (rc == 0) {
		log_verdict(&v);
		*status = v.result.exit;
	}
	checks_free(&v);
	return rc;
}

int main(int argc, char **argv)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	AUTO_OPTIONS struct options o = {0};
	int status = VT_OK;
	vt_proc_die_with_parent();
	int rc = options_parse(argc, argv, &o, &err);
	if (rc == 0 && o.config)
		verify_config(&o, &status, &err);
	else if (rc == 0)
		verify(&o, &status, &err);
	rc = vt_cli_end(err);
	return rc ? rc : status;
}
