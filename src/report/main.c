/* vt-report: results of tests as a table, as files, as a page. */
#include <stdio.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/proc.h"
#include "base/settings.h"
#include "capsule.h"
#include "ctrf.h"
#include "known_told.h"
#include "marked_log.h"
#include "page.h"
#include "report_table.h"
#include "screen.h"
#include "timeline.h"

struct options {
	bool status, last, log;
	const char *junit, *ctrf, *html, *trace, *against, *tests;
	const char *capsule, *open;
	struct vt_strv paths;
};

static const struct vt_opt opts[] = {
	{"status", 0, NULL, VT_OPT_FLAG, offsetof(struct options, status),
		"exit with the worst status of the tests, in the order 3, 2, "
		"4, "
		"1, 0; 77 when all were skipped"},
	{"junit", 0, "FILE", VT_OPT_STR, offsetof(struct options, junit),
		"also write all results to FILE as JUnit XML"},
	{"ctrf", 0, "FILE", VT_OPT_STR, offsetof(struct options, ctrf),
		"also write all results to FILE as CTRF JSON"},
	{"html", 0, "FILE", VT_OPT_STR, offsetof(struct options, html),
		"also write all results to FILE as a page for browsers"},
	{"trace", 0, "FILE", VT_OPT_STR, offsetof(struct options, trace),
		"also write what ran when to FILE, as Chrome's trace events"},
	{"against", 0, "DIR", VT_OPT_STR, offsetof(struct options, against),
		"also show how the tests differ from those in DIR"},
	{"tests", 0, "FILE", VT_OPT_STR, offsetof(struct options, tests),
		"show only the tests that FILE names, one per line, also "
		"those that did not run"},
	{"last", 0, NULL, VT_OPT_FLAG, offsetof(struct options, last),
		"show the tests of the last 'make vmtest', and a screen for "
		"each that did not pass; the default of DIR is TOPDIR"},
	{"log", 0, NULL, VT_OPT_FLAG, offsetof(struct options, log),
		"show the console log of the test DIR, which may be the name "
		"of a test in TOPDIR, in the pager, with fatal lines marked"},
	{"capsule", 0, "FILE", VT_OPT_STR, offsetof(struct options, capsule),
		"write to FILE what is needed to repeat the test in DIR "
		"elsewhere, without secrets, as a tar archive with gzip"},
	{"open", 0, "FILE", VT_OPT_STR, offsetof(struct options, open),
		"unpack such a capsule into DIR, a new directory (default: "
		"NAME.capsule), and print what failed and how the test is "
		"resumed"},
};

static const struct vt_cli cli = {
	.prog = "vt-report",
	.usage = "[OPTION]... DIR...\n"
		 "--last [DIR]\n"
		 "--log DIR|NAME\n"
		 "--capsule=FILE DIR\n"
		 "--open=FILE [DIR]",
	.about = "print a table of test results: test, verdict, duration of "
		 "each phase, cause, and file to look at",
	VT_CLI_OPTS(opts),
	.more = "DIR is a test directory, or a directory of test "
		"directories.",
};

static int write_junit(
	const struct rows *rows, const char *path, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str xml = VT_STR_INIT;
	VT_AUTO_FREE const struct vt_result **all =
		vt_calloc(rows->n, sizeof(*all));
	for (size_t i = 0; i < rows->n; i++)
		all[i] = &rows->v[i].result;
	vt_result_junit(all, rows->n, &xml);
	return vt_fs_write(path, xml.s, xml.len, 0644, err);
}

/* The files that options ask for. */
static int write_files(
	const struct options *o, const struct rows *rows, struct vt_err **err)
{
	if (o->junit && write_junit(rows, o->junit, err) < 0)
		return -1;
	if (o->ctrf && ctrf_write(rows, o->ctrf, err) < 0)
		return -1;
	if (o->html && page_write(rows, o->html, o->against, err) < 0)
		return -1;
	return o->trace ? trace_write(rows, o->trace, err) : 0;
}

static int gather(
	const struct options *o, struct rows *rows, struct vt_err **err)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < o->paths.n; i++) {
		const char *path = o->paths.v[i];
		rc = o->tests  ? rows_add_named(rows, path, o->tests, err)
		     : o->last ? screens_add_last(rows, path, err)
			       : rows_add(rows, path, err);
	}
	return rc;
}

static void print(const struct options *o, const struct rows *rows)
{
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	table_format(rows, &text);
	if (o->last)
		screens_format(rows, o->paths.v[0], &text);
	if (o->against)
		against_show(rows, o->against, &text);
	fputs(text.s, stdout);
	fflush(stdout);
	known_told(rows, &o->paths);
}

static int report(const struct options *o, int *status, struct vt_err **err)
{
	struct rows rows = {0};
	if (o->paths.n == 0)
		return vt_err_set(err, VT_USAGE,
			"no directory given (try 'vt-report --help')");
	int rc = gather(o, &rows, err);
	if (rc == 0) {
		print(o, &rows);
		*status = o->status ? rows_status(&rows) : VT_OK;
		rc = write_files(o, &rows, err);
	}
	if (rc == 0 && o->status && rows.n == 0)
		rc = vt_err_set(err, VT_USAGE,
			"no test has run in '%s': there is no status to "
			"report",
			o->paths.v[0]);
	rows_free(&rows);
	return rc;
}

static int show_log(const struct options *o, struct vt_err **err)
{
	if (o->paths.n != 1)
		return vt_err_set(err, VT_USAGE,
			"--log shows one test (try 'vt-report --help')");
	return marked_log_show(o->paths.v[0], err);
}

int main(int argc, char **argv)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_FREE char *more = capsule_help(cli.more);
	struct vt_cli with_bounds = cli;
	struct options o = {0};
	int status = VT_OK;
	vt_proc_die_with_parent();
	with_bounds.more = more;
	int rc = vt_cli_parse(&with_bounds, argc, argv, &o, &o.paths, &err);
	if (rc == 0 && o.last && !o.paths.n)
		vt_strv_add(&o.paths, vt_setting("TOPDIR"));
	if (rc == 0 && o.log)
		show_log(&o, &err);
	else if (rc == 0 && (o.capsule || o.open))
		capsule_command(o.capsule, o.open, &o.paths, &err);
	else if (rc == 0)
		report(&o, &status, &err);
	vt_strv_free(&o.paths);
	rc = vt_cli_end(err);
	return rc ? rc : status;
}
