#ifndef VT_LAUNCH_OPTIONS_H
#define VT_LAUNCH_OPTIONS_H

#include "launch.h"

/**
 * options_parse() - the command line
 * Return: 0 go on, 1 done (--help), -1 error
 */
int options_parse(int argc, char **argv, struct launch *l, struct vt_err **err);

#endif
