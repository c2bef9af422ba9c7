#include "verify.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "evidence.h"
#include "notes.h"
#include "verify_dates.h"

/* With expected_failure the installer must fail, and nothing is booted. */
static void judge_expected_failure(struct verify *v)
{
	const struct phase *p = phases_find(&v->phases, "install");
	struct vt_check_result *r = NULL;
	if (p)
		r = phase_result(
			&v->result.checks, p, "expected_failure", VT_FAILED);
	if (r && p->exit != VT_OK && p->exit != VT_FAILED && !r->host &&
		!dates_forgive(v)) {
		vt_result_end(&v->result, p->exit, r->found, r->see);
		return;
	}
	evidence_of_phases(v, "install");
	checks_run_logs(v);
	notes_take(v);
	dates_apply(v);
	vt_result_judge(&v->result);
}

static int load(struct verify *v, struct vt_err **err)
{
	/* positions in errors are relative to the working directory */
	VT_AUTO_FREE char *shown = vt_fs_join(v->shown, "verify.yaml");
	if (facts_open(&v->facts, v->dir, err) < 0)
		return -1;
	const char *dir = vt_fs_exists(shown) ? v->shown : v->dir;
	if (vt_verify_file_read(&v->file, dir, err) < 0)
		return -1;
	v->test = v->file.test;
	if (checks_parse(v, err) < 0)
		return -1;
	return phases_load(&v->phases, &v->facts, NULL, err);
}

/* The first phase that failed, or NULL. */
static const struct phase *failed_phase(const struct verify *v)
{
	for (size_t i = 0; i < v->phases.n; i++)
		if (v->phases.v[i].exit != 0)
			return &v->phases.v[i];
	return NULL;
}

static struct vt_check_result *failed_phases(struct verify *v)
{
	struct vt_check_result *r = NULL;
	for (size_t i = 0; i < v->phases.n; i++)
		r = phase_result(&v->result.checks, &v->phases.v[i],
			v->phases.v[i].name, 0);
	return r;
}

/* A failed phase decides the verdict: nothing was collected after it. */
static void judge_failed(struct verify *v, const struct phase *failed)
{
	struct vt_check_result *r = failed_phases(v);
	VT_AUTO_FREE char *cause = vt_printf("%s: %s", failed->name,
		*failed->cause ? failed->cause : r->found);
	vt_result_end(&v->result, failed->exit, cause, r->see);
}

int verify_test(struct verify *v, struct vt_err **err)
{
	if (load(v, err) < 0)
		return -1;
	if (dates_skipped(v))
		return 0;
	if (v->file.expected_failure) {
		judge_expected_failure(v);
		return 0;
	}
	if (dates_forgive(v) && failed_phase(v)) {
		failed_phases(v);
		dates_apply(v);
		vt_result_judge(&v->result);
		return 0;
	}
	if (v->facts.collect_fd < 0 && failed_phase(v)) {
		judge_failed(v, failed_phase(v));
		return 0;
	}
	if (v->facts.collect_fd < 0)
		return vt_err_set(err, VT_HOST,
			"nothing was collected: no '%s/collect' (run vt-xkvm "
			"and vt-extract first)",
			v->shown);
	checks_run(v);
	notes_take(v);
	statements_answer(v);
	dates_apply(v);
	vt_result_judge(&v->result);
	return 0;
}

int verify_failed(struct verify *v, const char *phase, struct vt_err **err)
{
	if (facts_open(&v->facts, v->dir, err) < 0 ||
		phases_load(&v->phases, &v->facts, phase, err) < 0)
		return -1;
	const struct phase *failed = phases_find(&v->phases, phase);
	if (!failed)
		return vt_err_set(err, VT_HOST,
			"the %s phase failed without a report: no "
			"'%s/logs/%s.json'",
			phase, v->shown, phase);
	if (failed->exit == 0)
		return vt_err_set(err, VT_HOST,
			"the %s phase failed, but its report '%s/logs/%s.json' "
			"has exit status 0",
			phase, v->shown, phase);
	judge_failed(v, failed);
	return 0;
}

void verify_error(struct verify *v, struct vt_err **err)
{
	struct vt_check_result *r =
		vt_check_new(&v->result.checks, NULL, NULL, "vt-verify");
	int status = (int)vt_err_status(*err);
	vt_check_expect(r, "a verdict");
	vt_check_see(r, "logs");
	vt_result_end(&v->result, status, (*err)->msg, "logs");
	vt_check_error(r, err);
}
