#ifndef VT_XKVM_OPTIONS_H
#define VT_XKVM_OPTIONS_H

#include "xkvm.h"

/**
 * options_parse() - the command line
 * Return: 0 go on, 1 done (--help), -1 error
 */
int options_parse(int argc, char **argv, struct xkvm *x, struct vt_err **err);

#endif
