#ifndef VT_VERIFY_OPTIONS_H
#define VT_VERIFY_OPTIONS_H

#include <stdbool.h>

#include "base/err.h"

struct options {
	const char *dir;
	const char *failed; /* a phase's name, or NULL */
	bool skip_is_done;
};

/** options_parse() - Return: as vt_cli_parse() */
int options_parse(
	int argc, char **argv, struct options *o, struct vt_err **err);

#endif
