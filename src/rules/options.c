#include "options.h"

#include <string.h>

#include "fatal.h"
#include "keys.h"
#include "mem.h"
#include "opt.h"
#include "settings.h"

static const struct vt_opt table[] = {
	{"topdir", 't', "DIR", VT_OPT_STR, offsetof(struct options, topdir),
		"where tests run; default: setting TOPDIR"},
	{"configs", 'c', "PATH", VT_OPT_STRV, offsetof(struct options, configs),
		"a bare config, or a directory of them: tests too, unless a"
		" definition uses them or has their name"},
	{"check", 0, NULL, VT_OPT_FLAG, offsetof(struct options, check),
		"write nothing, and take a config that cannot be a test for an"
		" error"},
};

/* Make takes these apart, whatever quotes are tried. */
static int check_topdir(const char *dir, struct vt_err **err)
{
	const char *bad = strpbrk(dir, " \t\n:;|#$%*?[]~\\&=,'\"`()<>{}");
	if (!*dir)
		return vt_err_set(err, VT_USAGE, "no name for --topdir");
	if (bad)
		return vt_err_set(err, VT_USAGE,
			"'%s' cannot be TOPDIR: make cannot work in a "
			"directory with '%c' in its name",
			dir, *bad);
	return 0;
}

int options_parse(struct options *o, int argc, char **argv, struct vt_err **err)
{
	VT_AUTO_FREE char *keys = vt_keys_help();
	VT_AUTO_FREE char *fatal = vt_fatals_help();
	VT_AUTO_FREE char *more = vt_printf("%s\n\n%s", keys, fatal);
	const struct vt_cli cli = {.prog = "vt-rules",
		.usage = "[OPTION]... [DEFINITION|DIR]...",
		.about = "Turn test definitions and bare installer configs "
			 "into make rules and the input files of each phase.",
		VT_CLI_OPTS(table),
		.more = more};
	*o = (struct options){.topdir = vt_setting("TOPDIR")};
	int rc = vt_cli_parse(&cli, argc, argv, o, &o->definitions, err);
	if (rc != 0)
		return rc;
	if (!o->definitions.n && !o->configs.n)
		return vt_err_set(err, VT_USAGE,
			"no definitions and no configs (try 'vt-rules "
			"--help')");
	return check_topdir(o->topdir, err);
}

void options_free(struct options *o)
{
	vt_strv_free(&o->configs);
	vt_strv_free(&o->definitions);
}
