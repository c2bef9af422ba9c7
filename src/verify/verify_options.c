#include "verify_options.h"

#include <string.h>

#include "base/mem.h"
#include "base/opt.h"

static const struct vt_opt opts[] = {
	{"failed", 0, "PHASE", VT_OPT_STR, offsetof(struct options, failed),
		"write the result of a test whose PHASE (install, boot) "
		"failed, "
		"from logs/PHASE.json alone, and exit with that phase's "
		"status"},
	{"skip-is-done", 0, NULL, VT_OPT_FLAG,
		offsetof(struct options, skip_is_done),
		"a skipped test gets its stamp and exit status 0: for make, to "
		"which it is no failure"},
};

static const struct vt_cli cli = {
	.prog = "vt-verify",
	.usage = "DIR\n--failed=PHASE DIR",
	.about = "verify what a test collected, its logs and its disks",
	VT_CLI_OPTS(opts),
	.more = "DIR is the directory of one test: verify.yaml there says what "
		"to expect.\nTAP goes to standard output; result.json, "
		"result.tap and result.xml to DIR.",
};

static bool is_word(const char *s)
{
	return *s && s[strspn(s, "abcdefghijklmnopqrstuvwxyz-")] == '\0';
}

int options_parse(int argc, char **argv, struct options *o, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
	int rc = vt_cli_parse(&cli, argc, argv, o, &words, err);
	if (rc != 0)
		return rc;
	if (words.n != 1 || !*words.v[0])
		return vt_err_set(err, VT_USAGE,
			"one test directory is needed (try 'vt-verify "
			"--help')");
	if (o->failed && !is_word(o->failed))
		return vt_err_set(err, VT_USAGE,
			"'%s' is not the name of a phase", o->failed);
	/* argv outlives the copy in words */
	o->dir = argv[argc - 1];
	return 0;
}
