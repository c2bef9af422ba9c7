#include "tgt_options.h"

#include <stddef.h>

#include "base/mem.h"
#include "base/opt.h"

static const struct vt_opt opts[] = {
	{"address", 'a', "ADDRESS", VT_OPT_STR,
		offsetof(struct options, address),
		"listen there instead of on 127.0.0.1, which a guest with "
		"user-mode networking reaches as 10.0.2.2"},
};

static const struct vt_cli cli = {
	.prog = "vt-tgt",
	.usage = "[OPTION]... DIR [-- COMMAND [ARG]...]",
	.about = "run an iSCSI server on a free port",
	VT_CLI_OPTS(opts),
	.more = "DIR gets 'info' for a shell to source, 'pid', 'socket' and "
		"'tgt.log'. The server\nruns until COMMAND ends, or without "
		"one until this program is stopped or its\nparent dies; then "
		"all but the log is removed.",
};

int options_parse(int argc, char **argv, struct options *o, struct vt_err **err)
{
	o->address = "127.0.0.1";
	int rc = vt_cli_parse(&cli, argc, argv, o, &o->words, err);
	if (rc == 0 && o->words.n == 0)
		return vt_err_set(err, VT_USAGE,
			"no directory is given (try 'vt-tgt --help')");
	return rc;
}
