#ifndef VT_PACK_OPTIONS_H
#define VT_PACK_OPTIONS_H

#include <stdbool.h>

#include "pack.h"

struct options {
	const char *dir; /* of a test; NULL when asked for by hand */
	const char *output;
	bool user_data;
};

/**
 * options_parse() - the command line, and what it says to pack by hand
 * Return: 0 go on, 1 done (--help), -1 error
 */
int options_parse(int argc, char **argv, struct options *o, struct pack *p,
	struct vt_err **err);

#endif
