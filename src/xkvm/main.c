/* vt-xkvm: run one machine from its disks. */
#include "base/opt.h"
#include "base/proc.h"
#include "xkvm.h"
#include "xkvm_options.h"

int main(int argc, char **argv)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	AUTO_XKVM struct xkvm x = XKVM_INIT;
	vt_proc_die_with_parent();
	if (options_parse(argc, argv, &x, &err) != 0)
		return vt_cli_end(err);
	return x.console ? xkvm_console(&x) : xkvm(&x);
}
