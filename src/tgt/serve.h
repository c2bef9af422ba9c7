/* An iSCSI server in the foreground, optionally with a command that uses it. */
#ifndef VT_TGT_SERVE_H
#define VT_TGT_SERVE_H

#include "tgt_options.h"

/**
 * serve() - start the server, and stop it when the command ends, or on a signal
 * Return: the exit status of the command (0: none); -1. After a signal it does
 *   not return but dies by that signal
 * Errors: VT_HOST, VT_USAGE
 */
int serve(const struct options *o, struct vt_err **err);

#endif
