#ifndef VT_TGT_OPTIONS_H
#define VT_TGT_OPTIONS_H

#include "base/err.h"
#include "base/str.h"

/* The command line of vt-tgt. */
struct options {
	const char *address;
	struct vt_strv operands; /* DIR, then COMMAND with its arguments */
};

/**
 * options_parse() - parse the command line
 * Return: 0; 1: nothing more to do (--help); -1
 */
int options_parse(
	int argc, char **argv, struct options *o, struct vt_err **err);

#endif
