#ifndef VT_TGT_OPTIONS_H
#define VT_TGT_OPTIONS_H

#include "base/err.h"
#include "base/str.h"

struct options {
	const char *address;
	struct vt_strv words; /* DIR and COMMAND */
};

/**
 * options_parse() - the command line
 * Return: 0 go on, 1 done (--help), -1 error
 */
int options_parse(
	int argc, char **argv, struct options *o, struct vt_err **err);

#endif
