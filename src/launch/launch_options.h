#ifndef VT_LAUNCH_OPTIONS_H
#define VT_LAUNCH_OPTIONS_H

#include "launch.h"

/**
 * options_parse() - parse the command line
 * Return: 0 to continue, 1 if done (--help), -1 on an error
 */
int options_parse(int argc, char **argv, struct launch *l, struct vt_err **err);

#endif
