#include "extract_options.h"

#include "base/mem.h"
#include "base/opt.h"
#include "test/bounds.h"

static const struct vt_opt opts[] = {
	{"image", 0, "IMAGE", VT_OPT_STR, offsetof(struct options, image),
		"extract files that match PATTERN from this disk image or "
		"squashfs"},
	{"output", 'o', "DIR", VT_OPT_STR, offsetof(struct options, output),
		"extract to this directory, or with '-' as a tar stream to "
		"standard output (default: collect; with --image: the current "
		"directory)"},
};

static const struct vt_cli usage = {
	.prog = "vt-extract",
	.usage = "DIR\n"
		 "IMAGE [-o DIR]\n"
		 "--image IMAGE [-o DIR] PATTERN...",
	.about = "extract the files that a guest collected on its output disk, "
		 "or files of a disk image",
	VT_CLI_OPTS(opts),
};

static int check(const struct options *o, struct vt_err **err)
{
	if (o->image && o->operands.n == 0)
		return vt_err_set(err, VT_USAGE,
			"--image requires a pattern, such as 'boot/*'");
	if (!o->image && o->operands.n != 1)
		return vt_err_set(err, VT_USAGE,
			"expected one test directory or output disk (try "
			"'vt-extract --help')");
	if (o->output && !*o->output)
		return vt_err_set(err, VT_USAGE, "-o requires a name");
	return 0;
}

int options_parse(int argc, char **argv, struct options *o, struct vt_err **err)
{
	VT_AUTO_FREE char *more = vt_bounds_help("vt-extract", NULL);
	struct vt_cli cli = usage;
	cli.more = more;
	int rc = vt_cli_parse(&cli, argc, argv, o, &o->operands, err);
	return rc == 0 ? check(o, err) : rc;
}

void options_free(struct options *o)
{
	vt_strv_free(&o->operands);
}
