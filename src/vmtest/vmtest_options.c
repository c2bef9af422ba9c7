#include "vmtest_options.h"

#include <stddef.h>
#include <string.h>

#include "base/mem.h"
#include "base/opt.h"

static const struct vt_opt opts[] = {
	{"select", 's', "WHICH", VT_OPT_STR,
		offsetof(struct options, select_word),
		"vmtest (all, but see setting FILTER), failed (what did not "
		"pass last), or changed (what passed once, and differs now)"},
	{"test", 't', "NAME", VT_OPT_STR, offsetof(struct options, test),
		"the test to repeat"},
	{"repeat", 'n', "N", VT_OPT_INT, offsetof(struct options, repeat),
		"run it that often, each time from its install phase on, and "
		"say how often it fails, and where"},
};

static const struct vt_cli cli = {
	.prog = "vt-vmtest",
	.usage = "[--select=WHICH] TOPDIR -- MAKE [ARG]...\n"
		 "--test=NAME --repeat=N TOPDIR -- MAKE [ARG]...",
	.about = "run tests by make, show how they do, and tell how they did",
	VT_CLI_OPTS(opts),
	.more = "make calls it for the goals vmtest, failed, changed and "
		"tests/NAME.repeat; MAKE is\nthe make that knows the tests.",
};

static int parse_select(struct options *o, struct vt_err **err)
{
	static const char *const words[] = {
		[SELECT_ALL] = "vmtest",
		[SELECT_FAILED] = "failed",
		[SELECT_CHANGED] = "changed",
	};
	if (!o->select_word)
		return 0;
	for (size_t i = 0; i < VT_COUNT(words); i++)
		if (!strcmp(words[i], o->select_word)) {
			o->select = (enum selection)i;
			return 0;
		}
	return vt_err_set(err, VT_USAGE,
		"--select=%s: say vmtest, failed or changed", o->select_word);
}

int options_parse(int argc, char **argv, struct options *o, struct vt_err **err)
{
	int rc = vt_cli_parse(&cli, argc, argv, o, &o->words, err);
	if (rc != 0)
		return rc;
	if (o->words.n < 2)
		return vt_err_set(err, VT_USAGE,
			"TOPDIR and a command are needed (try 'vt-vmtest "
			"--help')");
	if (o->repeat && !o->test)
		return vt_err_set(err, VT_USAGE, "--repeat needs --test");
	if (o->test && (o->repeat < 1 || o->repeat > 10000))
		return vt_err_set(err, VT_USAGE,
			"how often? --repeat (make's N) is 1 to 10000");
	o->topdir = o->words.v[0];
	for (size_t i = 1; i < o->words.n; i++)
		vt_strv_add(&o->make, o->words.v[i]);
	return parse_select(o, err);
}

void options_free(struct options *o)
{
	vt_strv_free(&o->words);
	vt_strv_free(&o->make);
}
