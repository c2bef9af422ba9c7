#include "tgt_options.h"

#include <stddef.h>

#include "base/mem.h"
#include "base/opt.h"

static const struct vt_opt opts[] = {
	{"address", 'a', "ADDRESS", VT_OPT_STR,
		offsetof(struct options, address),
		"listen on this address (default: 127.0.0.1, which a guest "
		"with user-mode networking reaches as 10.0.2.2)"},
};

static const struct vt_cli cli = {
	.prog = "vt-tgt",
	.usage = "[OPTION]... DIR [-- COMMAND [ARG]...]",
	.about = "run an iSCSI server on a free port",
	VT_CLI_OPTS(opts),
	.more = "The files 'info' (shell variables, to be sourced), 'pid', "
		"'socket.0' and 'tgt.log'\nare created in DIR. The server runs "
		"until COMMAND ends or, without a command,\nuntil vt-tgt gets "
		"a "
		"signal or its parent dies. Then all files but the log are\n"
		"removed.",
};

int options_parse(int argc, char **argv, struct options *o, struct vt_err **err)
{
	o->address = "127.0.0.1";
	int rc = vt_cli_parse(&cli, argc, argv, o, &o->operands, err);
	if (rc == 0 && o->operands.n == 0)
		return vt_err_set(err, VT_USAGE,
			"no directory given (try 'vt-tgt --help')");
	return rc;
}
