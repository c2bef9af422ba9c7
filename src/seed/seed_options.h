/* The command line of vt-seed. */
#ifndef VT_SEED_OPTIONS_H
#define VT_SEED_OPTIONS_H

#include "seed.h"

struct options {
	const char *dir; /* of a test; NULL if there is none */
	const char *output;
};

/**
 * options_parse() - parse the command line
 * @s: filled in, except for what is read from a test directory
 * Return: 0 to continue; 1 if --help or --version was printed; -1 on error
 * Errors: VT_USAGE, VT_HOST
 */
int options_parse(int argc, char **argv, struct options *o, struct seed *s,
	struct vt_err **err);

#endif
