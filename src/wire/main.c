/* vt-wire: an Ethernet switch whose ports are inherited sockets. */
#include "base/opt.h"
#include "base/proc.h"
#include "wire_loop.h"
#include "wire_options.h"

int main(int argc, char **argv)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	struct options o = {0};
	vt_proc_die_with_parent();
	int rc = options_parse(argc, argv, &o, &err);
	if (rc == 0)
		rc = wire_run(&o, &err);
	else if (rc > 0)
		rc = 0;
	vt_strv_free(&o.ports);
	return rc < 0 ? vt_cli_end(err) : rc;
}
