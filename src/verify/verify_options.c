#include "verify_options.h"

#include <string.h>

#include "base/mem.h"
#include "base/opt.h"
#include "test/bounds.h"

static const struct vt_opt opts[] = {
	{"config", 0, "CONFIG", VT_OPT_STR, offsetof(struct options, config),
		"without a test, check disk images against the storage config "
		"in CONFIG, a file with a section 'storage'; ID is the id of "
		"one of its disks. Images are raw or qcow2 files"},
	{"failed", 0, "PHASE", VT_OPT_STR, offsetof(struct options, failed),
		"write the result of a test whose PHASE (such as install) "
		"failed, from logs/PHASE.json only, and exit with the status "
		"of that phase"},
	{"skip-is-done", 0, NULL, VT_OPT_FLAG,
		offsetof(struct options, skip_is_done),
		"for make: write the stamp of a skipped test, too, and exit "
		"with status 0"},
};

static const struct vt_cli usage = {
	.prog = "vt-verify",
	.usage = "DIR\n--failed=PHASE DIR\n--config=CONFIG ID=IMAGE...",
	.about = "verify the collected facts, logs and disks of a test",
	VT_CLI_OPTS(opts),
};

static const char files[] =
	"DIR is a test directory; its verify.yaml lists the checks.\n"
	"TAP is printed to standard output; result.json, result.tap and "
	"result.xml are written to DIR. With --config nothing is written.";

static bool is_word(const char *s)
{
	return *s && s[strspn(s, "abcdefghijklmnopqrstuvwxyz-")] == '\0';
}

/* The operands are kept; `other` is another option that was given, or NULL. */
static int take_images(struct options *o, struct vt_strv *words,
	const char *other, struct vt_err **err)
{
	if (other)
		return vt_err_set(err, VT_USAGE,
			"--config and --%s exclude each other", other);
	if (words->n == 0)
		return vt_err_set(err, VT_USAGE,
			"expected the disks' images as ID=IMAGE (try "
			"'vt-verify --help')");
	o->images = *words;
	*words = (struct vt_strv)VT_STRV_INIT;
	return 0;
}

int options_parse(int argc, char **argv, struct options *o, struct vt_err **err)
{
	static const char *const config[] = {"config", NULL};
	VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
	VT_AUTO_FREE char *bounds = vt_bounds_help("vt-verify", NULL);
	VT_AUTO_FREE char *more = vt_printf("%s\n\n%s", files, bounds);
	struct vt_cli cli = usage;
	cli.more = more;
	int rc = vt_cli_parse(&cli, argc, argv, o, &words, err);
	if (rc != 0)
		return rc;
	if (o->config)
		return take_images(
			o, &words, vt_cli_given(&cli, o, config), err);
	if (words.n != 1 || !*words.v[0])
		return vt_err_set(err, VT_USAGE,
			"expected one test directory (try 'vt-verify --help')");
	if (o->failed && !is_word(o->failed))
		return vt_err_set(err, VT_USAGE,
			"'%s' is not a valid name of a phase", o->failed);
	/* words is freed at return, argv is not */
	o->dir = argv[argc - 1];
	return 0;
}

void options_free(struct options *o)
{
	vt_strv_free(&o->images);
}
