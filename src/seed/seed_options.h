#ifndef VT_SEED_OPTIONS_H
#define VT_SEED_OPTIONS_H

#include "seed.h"

struct options {
	const char *dir; /* of a test; NULL when asked for by hand */
	const char *output;
};

/**
 * options_parse() - the command line, and what it says to seed by hand
 * Return: 0 go on, 1 done (--help), -1 error
 */
int options_parse(int argc, char **argv, struct options *o, struct seed *s,
	struct vt_err **err);

#endif
