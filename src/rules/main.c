/* vt-rules: definitions and bare configs to make rules. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/proc.h"
#include "base/settings_show.h"
#include "coverage.h"
#include "keys.h"
#include "list.h"
#include "makefile.h"
#include "plan.h"
#include "rules_options.h"
#include "test/records.h"
#include "tokens.h"

static int find_tests(struct vt_tests *tests, struct vt_world *world,
	const struct options *o, struct vt_err **err)
{
	for (size_t i = 0; i < o->definitions.n; i++)
		if (vt_tests_add_definitions(
			    tests, &world->files, o->definitions.v[i], err) < 0)
			return -1;
	for (size_t i = 0; i < o->configs.n; i++)
		if (vt_tests_add_configs(
			    tests, &world->files, o->configs.v[i], err) < 0)
			return -1;
	for (size_t i = 0; i < o->derived.n; i++)
		if (vt_tests_derive(
			    tests, &world->files, o->derived.v[i], err) < 0)
			return -1;
	return 0;
}

/* An invalid definition is always an error, so that no test goes missing
 * unnoticed. Directories of bare configs may contain files that were not
 * written as tests: an invalid one is an error only when it is run. */
static int do_test(struct vt_makefile *m, struct vt_test *test,
	struct vt_world *world, const struct options *o, struct vt_err **err)
{
	VT_AUTO_PLAN struct vt_plan plan = {0};
	VT_AUTO_ERR struct vt_err *why = NULL;
	if (vt_plan_make(&plan, world, test, &why) < 0 ||
		vt_plan_tokens(&plan, &why) < 0) {
		if ((test->keys && !test->derived) || o->check ||
			why->status != VT_USAGE)
			return vt_err_set(err, why->status, "%s", why->msg);
		vt_log_debug("%s", why->msg);
		vt_make_broken(m, test);
		return 0;
	}
	if (vt_plan_write(&plan, o->check ? NULL : o->topdir, err) < 0)
		return -1;
	return vt_make_test(m, &plan, err);
}

static int list(struct vt_tests *tests, struct vt_world *world,
	const struct options *o, struct vt_err **err)
{
	VT_AUTO_FILTERS struct vt_filters filters = {0};
	for (size_t i = 0; i < o->filters.n; i++)
		if (attributes_filter(&filters, o->filters.v[i], err) < 0)
			return -1;
	return vt_list(tests, world, &filters, o->format, err);
}

static int show(
	struct vt_tests *tests, struct vt_world *world, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	for (size_t i = 0; i < tests->n; i++) {
		VT_AUTO_PLAN struct vt_plan plan = {0};
		if (tests->n > 1)
			vt_str_add(&out, "---\n");
		if (vt_plan_make(&plan, world, tests->v[i], err) < 0 ||
			vt_plan_show(&plan, &out, err) < 0)
			return -1;
	}
	return vt_fs_write("-", vt_str_c(&out), out.len, 0, err);
}

/* Of a whole directory of definitions. */
static bool is_whole(const struct options *o)
{
	for (size_t i = 0; i < o->definitions.n; i++)
		if (vt_fs_is_dir(o->definitions.v[i]))
			return true;
	return false;
}

static int write_rules(struct vt_tests *tests, struct vt_world *world,
	const struct options *o, const struct timespec *began,
	struct vt_err **err)
{
	VT_AUTO_MAKEFILE struct vt_makefile m = {.dir = o->topdir};
	for (size_t i = 0; i < tests->n; i++)
		if (do_test(&m, tests->v[i], world, o, err) < 0)
			return -1;
	if (is_whole(o))
		vt_known_issues_unused(&world->known);
	return o->check ? 0 : vt_make_write(&m, world, began, err);
}

static int run(const struct options *o, struct vt_err **err)
{
	VT_AUTO_WORLD struct vt_world world = {0};
	VT_AUTO_TESTS struct vt_tests tests = {0};
	struct timespec began;
	clock_gettime(CLOCK_REALTIME, &began);
	world.tests = &tests;
	bool writes = !o->check && !o->list && !o->plan && !o->coverage;
	if (vt_world_init(&world, err) < 0 ||
		(writes && vt_fs_mkdirs(o->topdir, 0755, err) < 0) ||
		find_tests(&tests, &world, o, err) < 0)
		return -1;
	if (o->list)
		return list(&tests, &world, o, err);
	if (o->coverage)
		return vt_coverage(&tests, &world, o->json, err);
	if (o->plan)
		return show(&tests, &world, err);
	return write_rules(&tests, &world, o, &began, err);
}

/* --settings, --keys and --files. */
static void show_table(const struct options *o)
{
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	if (o->keys)
		vt_keys_man(&text);
	else if (o->files)
		vt_records_man(&text);
	else if (!strcmp(o->settings, "man"))
		vt_settings_man(&text);
	else if (!strcmp(o->settings, "values"))
		vt_settings_values(&text);
	else if (!strcmp(o->settings, "test"))
		vt_settings_of_tests(&names);
	for (size_t i = 0; i < names.n; i++)
		vt_str_addf(&text, "%s\n", names.v[i]);
	fputs(vt_str_c(&text), stdout);
}

int main(int argc, char **argv)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	AUTO_OPTIONS struct options o;
	vt_proc_die_with_parent();
	int rc = options_parse(&o, argc, argv, &err);
	if (rc == 0 && (o.settings || o.keys || o.files))
		show_table(&o);
	else if (rc == 0)
		run(&o, &err);
	return vt_cli_end(err);
}
