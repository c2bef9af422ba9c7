#include "rules_options.h"

#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/settings.h"
#include "base/settings_show.h"
#include "data/doc.h"
#include "keys.h"
#include "attributes.h"
#include "test/fatal.h"
#include "tests.h"

static const struct vt_opt table[] = {
	{"topdir", 't', "DIR", VT_OPT_STR, offsetof(struct options, topdir),
		"directory for the tests; default: setting TOPDIR"},
	{"configs", 'c', "PATH", VT_OPT_STRV, offsetof(struct options, configs),
		"add a test for this bare config, or each in a directory,"
		" unless a definition uses it or has its name"},
	{"derived", 0, "NAME", VT_OPT_STRV, offsetof(struct options, derived),
		"add a test that is made of others: TEST.again, which is TEST"
		" on its own finished disks, or TEST-on-OTHER"},
	{"check", 0, NULL, VT_OPT_FLAG, offsetof(struct options, check),
		"write nothing; fail if a config cannot be run as a test"},
	{"plan", 'p', NULL, VT_OPT_FLAG, offsetof(struct options, plan),
		"write nothing; print the files that would be written, as"
		" YAML; operands may be configs or definitions"},
	{"coverage", 0, NULL, VT_OPT_FLAG, offsetof(struct options, coverage),
		"write nothing; print each statement of the configs with the"
		" check that answers it, or the reason why none does;"
		" operands as of --plan"},
	{"json", 0, NULL, VT_OPT_FLAG, offsetof(struct options, json),
		"print the coverage as JSON"},
	{"settings", 0, "FORM", VT_OPT_STR, offsetof(struct options, settings),
		"print the settings and exit: 'values', with their sources;"
		" 'man', for vt-settings(7); 'test', the variables whose"
		" change re-runs tests; 'check' only warns about unknown "
		"names"},
	{"keys", 0, "FORM", VT_OPT_STR, offsetof(struct options, keys),
		"print the keys of a definition and exit: 'man', for"
		" vt-test(5)"},
	{"files", 0, "FORM", VT_OPT_STR, offsetof(struct options, files),
		"print the keys of a test's files and exit: 'man', for"
		" vt-files(5)"},
};

static const struct vt_opt list_table[] = {
	{"configs", 'c', "PATH", VT_OPT_STRV, offsetof(struct options, configs),
		"a bare config, or a directory of them"},
	{"filter", 'f', "FILTERS", VT_OPT_STRV,
		offsetof(struct options, filters),
		"filters, separated by spaces; same as operands"},
	{"output", 'o', "FORMAT", VT_OPT_STR, offsetof(struct options, format),
		"name (the default), table, json, yaml, or text such as"
		" '{name} {release}'"},
};

/* Characters that cannot be quoted in file names of make. */
static int check_topdir(const char *dir, struct vt_err **err)
{
	const char *bad = strpbrk(dir, " \t\n:;|#$%*?[]~\\&=,'\"`()<>{}");
	if (!*dir)
		return vt_err_set(err, VT_USAGE, "--topdir is empty");
	if (bad)
		return vt_err_set(err, VT_USAGE,
			"'%s' cannot be TOPDIR: make does not support '%c' in "
			"its name",
			dir, *bad);
	return 0;
}

/* The same defaults as in mk. */
static void add_defaults(struct options *o)
{
	if (vt_fs_is_dir("examples"))
		vt_strv_add(&o->definitions, "examples");
	if (vt_fs_is_dir("examples/tests"))
		vt_strv_add(&o->configs, "examples/tests");
}

/* Operands are filters, definitions and their directories, in any order. */
static int parse_list(
	struct options *o, int argc, char **argv, struct vt_err **err)
{
	const struct vt_cli cli = {.prog = "vt-rules",
		.usage = "list [OPTION]... [FILTER|DEFINITION|DIR]...",
		.about = "List tests. Without a definition or config, list "
			 "those in examples.",
		VT_CLI_OPTS(list_table),
		.more = "FILTER is KEY=VALUE, KEY!=VALUE, KEY~ERE or "
			"KEY!~ERE; all must match. KEY is a key of a\n"
			"definition, or name, file, kind, firmware, disks, "
			"nics, skip, broken."};
	VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
	o->list = true;
	o->format = "name";
	int rc = vt_cli_parse(&cli, argc, argv, o, &words, err);
	for (size_t i = 0; rc == 0 && i < words.n; i++)
		vt_strv_add(attribute_is_filter(words.v[i]) ? &o->filters
							    : &o->definitions,
			words.v[i]);
	if (!o->definitions.n && !o->configs.n)
		add_defaults(o);
	return rc;
}

/* An operand of --plan and --coverage may be a config or a definition: a file
 * with one of these keys is a definition. */
static bool is_config(const char *path)
{
	static const char *const ours[] = {"conf_file", "extends", "installer",
		"matrix", "releases", "verify"};
	VT_AUTO_STRV struct vt_strv warnings = VT_STRV_INIT;
	VT_AUTO_DOC struct vt_doc *doc =
		vt_doc_load_config(path, &warnings, NULL);
	for (size_t i = 0; doc && i < VT_COUNT(ours); i++)
		if (vt_node_get(doc->root, ours[i]))
			return false;
	return true;
}

static int sort_operands(struct options *o, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv files = VT_STRV_INIT;
	for (size_t i = 0; i < o->definitions.n; i++)
		if (vt_tests_files(o->definitions.v[i], &files, err) < 0)
			return -1;
	vt_strv_free(&o->definitions);
	o->definitions = (struct vt_strv)VT_STRV_INIT;
	for (size_t i = 0; i < files.n; i++)
		vt_strv_add(
			is_config(files.v[i]) ? &o->configs : &o->definitions,
			files.v[i]);
	return 0;
}

int options_parse(struct options *o, int argc, char **argv, struct vt_err **err)
{
	VT_AUTO_FREE char *keys = vt_keys_help();
	VT_AUTO_FREE char *fatal = vt_fatals_help();
	VT_AUTO_STR struct vt_str settings = VT_STR_INIT;
	vt_settings_help(&settings);
	VT_AUTO_FREE char *more =
		vt_printf("%s\n\n%s\n\n%s", keys, fatal, settings.s);
	const struct vt_cli cli = {.prog = "vt-rules",
		.usage = "[OPTION]... [DEFINITION|DIR]...\n"
			 "list [OPTION]... [FILTER|DEFINITION|DIR]...",
		.about = "Turn test definitions and bare installer configs "
			 "into make rules and the input files of each phase.",
		VT_CLI_OPTS(table),
		.more = more};
	*o = (struct options){.topdir = vt_setting("TOPDIR")};
	if (argc > 1 && !strcmp(argv[1], "list"))
		return parse_list(o, argc - 1, argv + 1, err);
	int rc = vt_cli_parse(&cli, argc, argv, o, &o->definitions, err);
	if (rc != 0)
		return rc;
	if (o->json && !o->coverage)
		return vt_err_set(err, VT_USAGE,
			"--json is a form of the output of --coverage");
	if ((o->plan || o->coverage) && sort_operands(o, err) < 0)
		return -1;
	if (o->settings && strcmp(o->settings, "values") &&
		strcmp(o->settings, "man") && strcmp(o->settings, "test") &&
		strcmp(o->settings, "check"))
		return vt_err_set(err, VT_USAGE,
			"--settings=%s: expected values, man, test or check",
			o->settings);
	if (o->keys && strcmp(o->keys, "man") != 0)
		return vt_err_set(
			err, VT_USAGE, "--keys=%s: expected man", o->keys);
	if (o->files && strcmp(o->files, "man") != 0)
		return vt_err_set(
			err, VT_USAGE, "--files=%s: expected man", o->files);
	if (o->settings || o->keys || o->files)
		return 0;
	if (!o->definitions.n && !o->configs.n)
		return vt_err_set(err, VT_USAGE,
			"no definition or config given (try 'vt-rules "
			"--help')");
	return check_topdir(o->topdir, err);
}

void options_free(struct options *o)
{
	vt_strv_free(&o->configs);
	vt_strv_free(&o->derived);
	vt_strv_free(&o->definitions);
	vt_strv_free(&o->filters);
}
