#ifndef VT_TGT_SERVE_H
#define VT_TGT_SERVE_H

#include "tgt_options.h"

/**
 * serve() - the server, from its start to its end
 * Return: the exit status of the command, or -1; killed by a signal, it does
 *   not return
 * Errors: VT_HOST, VT_USAGE
 */
int serve(const struct options *o, struct vt_err **err);

#endif
