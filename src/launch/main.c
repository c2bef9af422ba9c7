/* vt-launch: boot an ephemeral system that runs an installer. */
#include "base/opt.h"
#include "base/proc.h"
#include "launch.h"
#include "launch_options.h"

int main(int argc, char **argv)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	AUTO_LAUNCH struct launch l = LAUNCH_INIT;
	vt_proc_die_with_parent();
	if (options_parse(argc, argv, &l, &err) != 0)
		return vt_cli_end(err);
	return l.console    ? launch_console(&l)
	       : l.template ? launch_template(&l)
			    : launch(&l);
}
