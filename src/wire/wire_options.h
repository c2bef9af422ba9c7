#ifndef VT_WIRE_OPTIONS_H
#define VT_WIRE_OPTIONS_H

#include "base/err.h"
#include "base/str.h"

/* The command line of vt-wire. */
struct options {
	struct vt_strv ports; /* NAME:SEGMENT:FD */
	long control;         /* descriptor; 0: none */
	const char *capture;  /* file; NULL: none */
	long limit_mib;
	long snaplen;
};

/**
 * options_parse() - parse the command line
 * Return: 0; 1: nothing more to do (--help); -1
 */
int options_parse(
	int argc, char **argv, struct options *o, struct vt_err **err);

#endif
