/* The commands of vt-sync. Operands: the words after the command's name. */
#ifndef SYNC_H
#define SYNC_H

#include "sync_options.h"

typedef int sync_command(
	const struct options *o, char *const *operands, struct vt_err **err);

sync_command sync_mirror;  /* a server's images, as filtered, into DIR */
sync_command sync_query;   /* print items that match; none is VT_FAILED */
sync_command sync_verify;  /* check every file; a broken one is VT_FAILED */
sync_command sync_clean;   /* remove what no stream names any more */
sync_command sync_publish; /* files into DIR, a new version of a product */
sync_command sync_lock;    /* run a command while DIR stays as it is */

/** sync_end_by_signal() - when one is in the signalfd, say why and die by it */
void sync_end_by_signal(int signals, const struct vt_err *why);

#endif
