#include "http/apt_proxy.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/proc.h"
#include "base/settings.h"

enum { TIMEOUT_MS = 10000 };

/* Read apt's setting; apt-config prints it as shell code: x='http://...'; */
static char *ask_apt(void)
{
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	char *const argv[] = {(char[]){"apt-config"}, (char[]){"shell"},
		(char[]){"x"}, (char[]){"Acquire::HTTP::Proxy"}, NULL};
	struct vt_run run = {
		.argv = argv, .timeout_ms = TIMEOUT_MS, .out = &out};
	if (!vt_proc_in_path(argv[0]) || vt_proc_run(&run, NULL) != 0)
		return NULL;
	const char *start = out.s ? strchr(out.s, '\'') : NULL;
	size_t n = start ? strcspn(start + 1, "'\n") : 0;
	return n ? vt_strndup(start + 1, n) : NULL;
}

char *vt_apt_proxy(void)
{
	const char *set = vt_setting("APT_PROXY");
	if (!set)
		return ask_apt();
	return *set ? vt_strdup(set) : NULL;
}
