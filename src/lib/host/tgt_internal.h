/* Between tgt.c and tgt_admin.c. */
#ifndef VT_TGT_INTERNAL_H
#define VT_TGT_INTERNAL_H

#include "host/tgt.h"

/* tgtd adds the number of its control port: socket.0, socket.0.lock */
#define TGT_SOCKET "socket"

/** vt_tgt_tool() - tgtd or tgtadm; Return: owned */
char *vt_tgt_tool(const char *name, struct vt_err **err);

/** vt_tgt_preload() - "LD_PRELOAD=..." for a tgtd on loopback, which makes it
 * call itself what a user-mode guest calls it; Return: owned
 * Errors: VT_HOST: neither beside this tool nor where it is installed */
char *vt_tgt_preload(struct vt_err **err);

#endif
