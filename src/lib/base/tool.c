#include "base/tool.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"

static void check_stdout(int status, void *unused)
{
	(void)unused;
	bool failed = ferror(stdout) != 0;
	errno = 0;
	if (fflush(stdout) != EOF && !failed)
		return;
	vt_log_error("cannot write to standard output: %s",
		errno ? strerror(errno) : "a write failed");
	if (status == VT_OK || status == VT_SKIPPED)
		_exit(VT_HOST);
}

void vt_tool_begin(void)
{
	static bool begun;
	if (begun)
		return;
	begun = true;
	signal(SIGXFSZ, SIG_IGN);
	on_exit(check_stdout, NULL);
}
