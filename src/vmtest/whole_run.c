#include "whole_run.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/settings.h"
#include "base/tmp.h"
#include "live_page.h"
#include "select.h"
#include "test/keep.h"
#include "test/known.h"
#include "test/last_run.h"
#include "test/phases.h"
#include "test/result.h"
#include "test/runlog.h"
#include "test/topdir.h"
#include "test/verdict.h"
#include "vmtest_images.h"

enum { MAX_LIST = 16 << 20 };

/* Write names to a temporary file; make and vt-report open it by list->tmp. */
static int write_list(
	const struct vt_strv *names, struct vt_tmp *list, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	for (size_t i = 0; i < names->n; i++)
		vt_str_addf(&text, "%s\n", names->v[i]);
	if (vt_tmp_scratch(list, 0600, err) < 0)
		return -1;
	return vt_fs_write_all(list->fd, vt_str_c(&text), text.len, err);
}

/* Run make under `vt-sync lock`, so that no image is removed while tests use
 * it. */
static void add_lock(struct vt_strv *argv)
{
	const char *images = vt_setting("IMAGE_DIR");
	VT_AUTO_FREE char *tool = vt_proc_sibling("vt-sync");
	if (vt_fs_is_dir(images) && !vt_setting_bool("REUSE_TOPDIR"))
		vt_strv_addv(argv, tool, "lock", images, "--", (char *)NULL);
}

static void make_argv(const struct session *s, struct vt_strv *argv,
	const char *goal, const char *list)
{
	for (size_t i = 0; i < s->o->make.n; i++)
		vt_strv_add(argv, s->o->make.v[i]);
	/* to repeat a test is to run its machines again */
	if (s->o->test)
		vt_strv_add(argv, "VT_CACHE=off");
	vt_strv_addf(argv, "tests_list=%s", list);
	vt_strv_add(argv, goal);
	/* a test that fails must not stop others */
	vt_strv_add(argv, "--keep-going");
}

/* Keep the names that are not up to date, in their order. Return: make's status
 */
static int keep_stale(
	struct session *s, struct vt_strv *names, struct vt_err **err)
{
	VT_AUTO_TMP struct vt_tmp list = VT_TMP_INIT, stale = VT_TMP_INIT;
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	VT_AUTO_CLOSE int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (null < 0)
		return vt_err_errno(err, "cannot open '/dev/null'");
	if (write_list(names, &list, err) < 0 ||
		vt_tmp_scratch(&stale, 0600, err) < 0)
		return -1;
	make_argv(s, &argv, "vt-plan", list.tmp);
	vt_strv_addf(&argv, "tests_stale=%s", stale.tmp);
	vt_strv_add(&argv, "--dry-run");
	/* its output is what it would do */
	struct child quiet = s->child;
	quiet.out = null;
	int status = child_run(&quiet, argv.v, NULL, err);
	s->child.signal = quiet.signal;
	if (status)
		return status;
	VT_AUTO_FREE char *text = vt_fs_read(stale.tmp, MAX_LIST, NULL, err);
	if (!text)
		return -1;
	vt_strv_free(names);
	vt_str_words(text, " \n", names);
	return 0;
}

int session_make(struct session *s, struct vt_err **err)
{
	bool verify = vt_setting_bool("REUSE_TOPDIR");
	VT_AUTO_TMP struct vt_tmp list = VT_TMP_INIT;
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT, order = VT_STRV_INIT;
	for (size_t i = 0; i < s->names.n; i++)
		vt_strv_add(&order, s->names.v[i]);
	if (!verify && !s->dry) {
		int status = keep_stale(s, &order, err);
		if (status || s->child.signal || !order.n)
			return status;
	}
	if (vt_setting_bool("SHUFFLE_TESTS"))
		select_shuffle(&order);
	select_longest_first(s->o->topdir, &order);
	if (write_list(&order, &list, err) < 0)
		return -1;
	if (!s->dry)
		add_lock(&argv);
	make_argv(s, &argv,
		verify   ? "vt-reverify"
		: s->dry ? "vt-plan"
			 : "vt-run",
		list.tmp);
	return child_run(&s->child, argv.v, s->dry ? NULL : &s->names, err);
}

/* Let make list them: it updates its rules first. */
int session_list(struct session *s, const char *filter, struct vt_strv *all,
	struct vt_err **err)
{
	VT_AUTO_TMP struct vt_tmp list = VT_TMP_INIT;
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	if (vt_tmp_scratch(&list, 0600, err) < 0)
		return -1;
	if (filter && setenv("tests_filter", filter, 1) < 0)
		return vt_err_errno(err, "cannot set an environment variable");
	make_argv(s, &argv, "vt-list", list.tmp);
	int status = child_run(&s->child, argv.v, NULL, err);
	if (status < 0 || s->child.signal)
		return -1;
	if (status)
		return vt_err_set(err, VT_USAGE,
			"make cannot list the tests (see above): no test was "
			"run");
	VT_AUTO_FREE char *text = vt_fs_read(list.tmp, MAX_LIST, NULL, err);
	if (!text)
		return -1;
	vt_str_words(text, " \n", all);
	if (!all->n)
		return vt_err_set(err, VT_USAGE,
			"no tests%s%s ('vt-rules list' shows all)",
			filter ? " match FILTER " : "", filter ? filter : "");
	return 0;
}

static int find_tests(struct session *s, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv all = VT_STRV_INIT;
	if (session_list(s, vt_setting("FILTER"), &all, err) < 0)
		return -1;
	select_tests(s->o->select, s->o->topdir, &all, &s->names);
	return 0;
}

static int report(struct session *s, struct vt_err **err)
{
	VT_AUTO_TMP struct vt_tmp list = VT_TMP_INIT;
	VT_AUTO_FREE char *tool = vt_proc_sibling("vt-report");
	VT_AUTO_FREE char *junit = vt_fs_join(s->o->topdir, VT_TOPDIR_JUNIT);
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	if (write_list(&s->names, &list, err) < 0)
		return -1;
	vt_strv_addv(&argv, tool, "--status", (char *)NULL);
	vt_strv_addf(&argv, "--junit=%s", junit);
	vt_strv_addf(&argv, "--tests=%s", list.tmp);
	if (isatty(STDOUT_FILENO))
		vt_strv_add(&argv, "--last");
	vt_strv_add(&argv, s->o->topdir);
	return child_run(&s->child, argv.v, NULL, err);
}

/* For vt-report, which needs it only to show the run again. */
static void save_run(const struct session *s)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_LAST_RUN struct vt_last_run run = {
		.what = s->o->select_name ? s->o->select_name : "vmtest"};
	vt_last_run_variables(getenv("MAKEFLAGS"), &run.make);
	for (size_t i = 0; i < s->names.n; i++)
		vt_strv_add(&run.tests, s->names.v[i]);
	if (vt_last_run_save(&run, s->o->topdir, &err) < 0)
		vt_log_warn("%s", err->msg);
}

static bool is_excused(const char *dir)
{
	VT_AUTO_RESULT struct vt_result r = {0};
	return vt_result_read(dir, &r, NULL) > 0 && vt_verdict_good(r.exit) &&
	       vt_result_known(&r);
}

/* Whether failures that do not count explain that make failed: each test has
 * one, or its stamp. */
static bool all_excused(const struct session *s)
{
	bool any = false;
	for (size_t i = 0; i < s->names.n; i++) {
		VT_AUTO_FREE char *dir =
			vt_fs_join(s->o->topdir, s->names.v[i]);
		VT_AUTO_FREE char *stamp =
			vt_phases_stamp(vt_phases_named("verify"), dir);
		bool excused = is_excused(dir);
		if (!excused && !vt_fs_exists(stamp))
			return false;
		any |= excused;
	}
	return any;
}

/* The run log is TOPDIR/debug.log unless the user has set LOG. */
static void choose_log(const struct session *s)
{
	if (vt_setting_source("LOG"))
		return;
	VT_AUTO_FREE char *log = vt_fs_join(s->o->topdir, VT_TOPDIR_LOG);
	setenv("VT_LOG", log, 1);
}

static void show_images(const struct session *s)
{
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	if (s->dry || vt_setting_bool("REUSE_TOPDIR"))
		return;
	images_table(&text);
	vt_str_addc(&text, '\n');
	fputs(text.s, stdout);
	fflush(stdout);
}

/* Whether make was called with -n: the first word of MAKEFLAGS has its
 * single-letter flags. */
static bool is_dry(void)
{
	const char *flags = getenv("MAKEFLAGS");
	size_t n = flags ? strcspn(flags, " -") : 0;
	return n && memchr(flags, 'n', n);
}

int session_run(struct session *s, struct vt_err **err)
{
	s->dry = is_dry();
	bool excuse;
	if (vt_settings_check(err) < 0 || vt_keep_check(err) < 0 ||
		vt_known_excuse(&excuse, err) < 0)
		return -1;
	choose_log(s);
	if (s->o->matrix)
		return session_matrix(s, err);
	if (s->o->minmem)
		return session_minmem(s, err);
	if (s->o->test)
		return session_repeat(s, err);
	if (find_tests(s, err) < 0)
		return -1;
	if (!s->names.n) {
		vt_log_info("nothing to do: no test %s",
			s->o->select == SELECT_FAILED
				? "failed last time or has never run"
				: "has passed before");
		return VT_OK;
	}
	show_images(s);
	uint64_t began = vt_now_ms();
	AUTO_LIVE_PAGE struct live_page page;
	live_page_begin(&page, s->o->topdir);
	if (!s->dry)
		s->child.page = &page;
	/* the clock of file times */
	struct timespec stamp;
	clock_gettime(CLOCK_REALTIME_COARSE, &stamp);
	if (!s->dry)
		vt_runlog("-", "run", "%s: %zu tests",
			s->o->select_name ? s->o->select_name : "vmtest",
			s->names.n);
	int status = session_make(s, err);
	s->child.page = NULL;
	if (status < 0 || s->dry)
		return status;
	if (s->o->select == SELECT_CHANGED && !s->child.signal)
		select_ran(s->o->topdir, &stamp, &s->names);
	if (!s->names.n && !status) {
		vt_log_info("nothing to do: no test has changed since it "
			    "passed");
		return VT_OK;
	}
	/* report the results even after a signal or a failure */
	int signal = s->child.signal;
	save_run(s);
	int verdict = report(s, err);
	live_page_end(&page);
	s->child.signal = signal ? signal : s->child.signal;
	if (verdict < 0)
		return -1;
	vt_runlog_end("-", "run", verdict, (double)(vt_now_ms() - began) / 1000,
		NULL);
	/* a skip is not a failure; make may have failed although no test did */
	if (!vt_verdict_good(verdict))
		return verdict;
	return status && !all_excused(s) ? VT_HOST : VT_OK;
}
