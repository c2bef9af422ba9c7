/* Between tgt.c and tgt_admin.c. */
#ifndef VT_TGT_INTERNAL_H
#define VT_TGT_INTERNAL_H

#include "tgt.h"

/* tgtd adds the number of its control port: socket.0, socket.0.lock */
#define TGT_SOCKET "socket"

/** vt_tgt_tool() - tgtd or tgtadm; Return: owned */
char *vt_tgt_tool(const char *name, struct vt_err **err);

#endif
