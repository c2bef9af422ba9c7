/* TOPDIR/last-run.json: what the last run of several tests was, for vt-report.
 *
 *	struct vt_last_run r = {.what = "failed"};
 *	vt_strv_add(&r.tests, "simple") ...
 *	vt_last_run_save(&r, topdir, err);
 *
 *	VT_AUTO_LAST_RUN struct vt_last_run r = {0};
 *	if (vt_last_run_read(&r, topdir, err) < 0) return -1;
 */
#ifndef VT_LAST_RUN_H
#define VT_LAST_RUN_H

#include "data/record.h"

struct vt_last_run {
	const char *what;     /* vmtest, failed or changed */
	struct vt_strv make;  /* variables of make's command line, NAME=VALUE */
	struct vt_strv tests; /* in the order of the report */

	struct vt_doc *doc; /* the document it was read from */
};
void vt_last_run_free(struct vt_last_run *r);
#define VT_AUTO_LAST_RUN __attribute__((cleanup(vt_last_run_free)))

extern const struct vt_record vt_last_run_record;

/** vt_last_run_variables() - the variables of make's command line that are in
 * MAKEFLAGS, which make gives to what it starts */
void vt_last_run_variables(const char *makeflags, struct vt_strv *out);

int vt_last_run_save(
	const struct vt_last_run *r, const char *topdir, struct vt_err **err);

/** vt_last_run_read() - Errors: VT_USAGE, also when there was no run */
int vt_last_run_read(
	struct vt_last_run *r, const char *topdir, struct vt_err **err);

/** vt_last_run_command() - the command that runs one phase of a test again
 * @r: NULL: of no run that is known
 * @dir: the test's directory
 * @phase: what is no phase means all of them
 * Return: for a shell; owned */
char *vt_last_run_command(
	const struct vt_last_run *r, const char *dir, const char *phase);

#endif
