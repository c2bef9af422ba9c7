#include "vmtest_options.h"

#include <stddef.h>
#include <string.h>

#include "base/mem.h"
#include "base/opt.h"

static const struct vt_opt opts[] = {
	{"select", 's', "WHICH", VT_OPT_STR,
		offsetof(struct options, select_name),
		"the tests to run: vmtest (all that the setting FILTER "
		"matches), failed (those that did not pass last time, or "
		"never ran), or "
		"changed (those that have passed before and have changed "
		"since)"},
	{"test", 't', "NAME", VT_OPT_STR, offsetof(struct options, test),
		"the test to repeat, or to find the memory of"},
	{"repeat", 'n', "N", VT_OPT_INT, offsetof(struct options, repeat),
		"run the test N times, each time from its install phase on, "
		"and report how often it fails, and in which phase"},
	{"minmem", 0, NULL, VT_OPT_FLAG, offsetof(struct options, minmem),
		"find the smallest memory with which the test's install phase "
		"passes"},
	{"matrix", 0, "TESTS", VT_OPT_STR, offsetof(struct options, matrix),
		"run each of these tests on the finished disks of each, and "
		"print a table"},
	{"clean-cache", 0, NULL, VT_OPT_FLAG,
		offsetof(struct options, clean_cache),
		"remove all entries of the cache of phases (setting CACHE)"},
};

static const struct vt_cli cli = {
	.prog = "vt-vmtest",
	.usage = "[--select=WHICH] TOPDIR -- MAKE [ARG]...\n"
		 "--test=NAME --repeat=N|--minmem TOPDIR -- MAKE [ARG]...\n"
		 "--matrix=TESTS TOPDIR -- MAKE [ARG]...\n"
		 "--clean-cache",
	.about = "run tests with make, show their progress, and report the "
		 "results",
	VT_CLI_OPTS(opts),
	.more = "make runs it for the goals vmtest, failed, changed, "
		"dirty-matrix,\ntests/NAME.repeat and tests/NAME.minmem; MAKE "
		"is the make command that has the\nrules of the tests.",
};

static int parse_select(struct options *o, struct vt_err **err)
{
	static const char *const names[] = {
		[SELECT_ALL] = "vmtest",
		[SELECT_FAILED] = "failed",
		[SELECT_CHANGED] = "changed",
	};
	if (!o->select_name)
		return 0;
	for (size_t i = 0; i < VT_COUNT(names); i++)
		if (!strcmp(names[i], o->select_name)) {
			o->select = (enum selection)i;
			return 0;
		}
	return vt_err_set(err, VT_USAGE,
		"--select: '%s' is not one of vmtest, failed, changed",
		o->select_name);
}

int options_parse(int argc, char **argv, struct options *o, struct vt_err **err)
{
	int rc = vt_cli_parse(&cli, argc, argv, o, &o->operands, err);
	if (rc != 0)
		return rc;
	if (o->clean_cache && !o->operands.n)
		return 0;
	if (o->operands.n < 2)
		return vt_err_set(err, VT_USAGE,
			"TOPDIR and a command are needed (try 'vt-vmtest "
			"--help')");
	if ((o->repeat || o->minmem) && !o->test)
		return vt_err_set(err, VT_USAGE, "--%s needs --test",
			o->repeat ? "repeat" : "minmem");
	if (o->test && !o->minmem && (o->repeat < 1 || o->repeat > 10000))
		return vt_err_set(err, VT_USAGE,
			"--repeat (make's N) must be 1 to 10000");
	o->topdir = o->operands.v[0];
	for (size_t i = 1; i < o->operands.n; i++)
		vt_strv_add(&o->make, o->operands.v[i]);
	return parse_select(o, err);
}

void options_free(struct options *o)
{
	vt_strv_free(&o->operands);
	vt_strv_free(&o->make);
}
