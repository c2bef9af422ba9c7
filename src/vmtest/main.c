/* vt-vmtest: selects tests, runs them with make and reports the results. */
#include <signal.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/proc.h"
#include "test/phase_cache.h"
#include "vmtest_options.h"
#include "whole_run.h"

static int run(const struct options *o, struct vt_err **err)
{
	struct session s = {.o = o, .child = {.topdir = o->topdir}};
	s.child.signal_fd = vt_signals_block(err);
	if (s.child.signal_fd < 0)
		return -1;
	int status = session_run(&s, err);
	vt_strv_free(&s.names);
	vt_closep(&s.child.signal_fd);
	if (s.child.signal) {
		vt_log_err(*err);
		vt_signals_die(s.child.signal);
	}
	return status;
}

int main(int argc, char **argv)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	struct options o = {0};
	int status = VT_OK;
	vt_proc_die_with_parent();
	int rc = options_parse(argc, argv, &o, &err);
	if (rc == 0)
		status = o.clean_cache ? vt_phase_cache_clean(&err)
				       : run(&o, &err);
	options_free(&o);
	rc = vt_cli_end(err);
	return rc ? rc : status;
}
