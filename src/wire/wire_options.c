#include "wire_options.h"

#include <stddef.h>

#include "base/mem.h"
#include "base/opt.h"
#include "network/pcapng.h"

static const struct vt_opt opts[] = {
	{"port", 'p', "NAME:SEGMENT:FD", VT_OPT_STRV,
		offsetof(struct options, ports),
		"a port on the inherited descriptor FD: one end of a "
		"socketpair(2) of AF_UNIX, SOCK_SEQPACKET or SOCK_DGRAM, on "
		"which a message is an Ethernet frame; ports of the same "
		"SEGMENT are connected; may be given more than once"},
	{"control", 0, "FD", VT_OPT_INT, offsetof(struct options, control),
		"read commands from the inherited socket FD, one a line, and "
		"answer them; the switch ends when it is closed"},
	{"capture", 'c', "FILE", VT_OPT_STR, offsetof(struct options, capture),
		"capture the frames that enter each port to FILE, as pcapng"},
	{"capture-limit", 0, "MIB", VT_OPT_INT,
		offsetof(struct options, limit_mib),
		"largest size of the capture; then frames are forwarded "
		"without being captured (default: 64)"},
	{"snaplen", 0, "BYTES", VT_OPT_INT, offsetof(struct options, snaplen),
		"capture at most so much of a frame (default and most: 4040)"},
};

static const struct vt_cli cli = {
	.prog = "vt-wire",
	.usage = "[OPTION]... --port NAME:SEGMENT:FD...",
	.about = "connect virtual machines by an Ethernet switch",
	VT_CLI_OPTS(opts),
	.more = "Commands of --control are 'down NAME' and 'up NAME', which "
		"take the link of a\nport down and up, and 'stats'. The "
		"switch "
		"ends when all ports are closed, when\n--control is closed, or "
		"when its parent dies.",
};

enum { MOST_MIB = 1 << 20, DEFAULT_MIB = 64, FIRST_FD = 3, MOST_FD = 1 << 20 };

int options_parse(int argc, char **argv, struct options *o, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv operands = VT_STRV_INIT;
	o->limit_mib = DEFAULT_MIB;
	o->snaplen = VT_PCAPNG_SNAP_MAX;
	int rc = vt_cli_parse(&cli, argc, argv, o, &operands, err);
	if (rc)
		return rc;
	if (operands.n)
		return vt_err_set(err, VT_USAGE,
			"unexpected argument '%s' (try 'vt-wire --help')",
			operands.v[0]);
	if (!o->ports.n)
		return vt_err_set(
			err, VT_USAGE, "no port given (try 'vt-wire --help')");
	if (o->limit_mib < 1 || o->limit_mib > MOST_MIB)
		return vt_err_set(err, VT_USAGE,
			"--capture-limit: %ld is out of range: 1 to %d",
			o->limit_mib, (int)MOST_MIB);
	if (o->control && (o->control < FIRST_FD || o->control > MOST_FD))
		return vt_err_set(err, VT_USAGE,
			"--control: %ld is not a descriptor from %d on",
			o->control, (int)FIRST_FD);
	if (o->snaplen < 1 || o->snaplen > VT_PCAPNG_SNAP_MAX)
		return vt_err_set(err, VT_USAGE,
			"--snaplen: %ld is out of range: 1 to %d", o->snaplen,
			(int)VT_PCAPNG_SNAP_MAX);
	return 0;
}
