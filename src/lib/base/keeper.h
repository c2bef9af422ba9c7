/* A keeper: a forked process that cleans up after this process ends, even by
 * SIGKILL.
 *
 *	struct vt_keeper k = VT_KEEPER_INIT;
 *	vt_keeper_start(&k, remove_files, files, err);
 *	...
 *	vt_keeper_end(&k);	cleans up now
 *
 * The keeper waits on a pipe until this process has ended, and then calls the
 * function. It closes all other descriptors, ignores SIGINT, SIGTERM and
 * SIGHUP, and sees the data as it was when the keeper was started. If the
 * keeper itself is killed, vt_keeper_end() calls the function. So the function
 * must allow to be called twice, and must not print.
 */
#ifndef VT_KEEPER_H
#define VT_KEEPER_H

#include <sys/types.h>

#include "base/err.h"

struct vt_keeper {
	pid_t pid;
	int fd; /* our end of the pipe; closing it starts the cleanup */
	void (*last)(const void *data); /* the cleanup; NULL: not started */
	const void *data;
};
#define VT_KEEPER_INIT                                                         \
	{                                                                      \
		.fd = -1                                                       \
	}

/** vt_keeper_start() - fork the keeper
 * @data: must stay valid and unchanged until vt_keeper_end()
 * Errors: VT_HOST */
int vt_keeper_start(struct vt_keeper *k, void (*last)(const void *data),
	const void *data, struct vt_err **err);

/** vt_keeper_end() - clean up now and wait for the keeper; does nothing if none
 * was started */
void vt_keeper_end(struct vt_keeper *k);

#endif
