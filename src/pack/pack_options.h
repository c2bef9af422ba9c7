/* The command line of vt-pack. */
#ifndef VT_PACK_OPTIONS_H
#define VT_PACK_OPTIONS_H

#include <stdbool.h>

#include "pack.h"

struct options {
	const char *dir; /* of a test; NULL if there is none */
	const char *output;
	bool user_data;
};

/**
 * options_parse() - parse the command line
 * @p: filled in, unless a test directory is given
 * Return: 0 to continue; 1 if --help or --version was printed; -1 on error
 * Errors: VT_USAGE, VT_HOST
 */
int options_parse(int argc, char **argv, struct options *o, struct pack *p,
	struct vt_err **err);

#endif
