/* Shared by tgt.c and tgt_admin.c. */
#ifndef VT_TGT_INTERNAL_H
#define VT_TGT_INTERNAL_H

#include "host/tgt.h"

/* tgtd appends the number of its control port: socket.0, socket.0.lock */
#define TGT_SOCKET "socket"

/** vt_tgt_tool() - find tgtd or tgtadm; Return: its path, owned, or NULL
 * Errors: VT_HOST, naming the Debian package */
char *vt_tgt_tool(const char *name, struct vt_err **err);

/** vt_tgt_preload() - "LD_PRELOAD=..." for a tgtd on loopback: the library
 * makes it announce the address at which user-mode guests reach it
 * Return: owned, or NULL
 * Errors: VT_HOST when vt-tgt.so is not found */
char *vt_tgt_preload(struct vt_err **err);

#endif
