/* The commands of vt-sync.
 *
 * Each takes the operands that follow the command's name. Return: 0, or -1
 * with the error that the tool ends with. */
#ifndef SYNC_H
#define SYNC_H

#include "sync_options.h"

typedef int sync_command(
	const struct options *o, char *const *operands, struct vt_err **err);

sync_command sync_mirror;  /* download a server's images that match filters */
sync_command sync_query;   /* print matching items; VT_FAILED: none */
sync_command sync_verify;  /* check every file; VT_FAILED: some are broken */
sync_command sync_clean;   /* remove files that no stream names any more */
sync_command sync_publish; /* add files as a new version of a product */
sync_command sync_lock;    /* run a command while the images do not change */

/** sync_end_by_signal() - if the signalfd holds a signal, log `why` and die by
 * that signal; else return */
void sync_end_by_signal(int signals, const struct vt_err *why);

#endif
