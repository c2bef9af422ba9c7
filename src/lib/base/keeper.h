/* One last thing to do when we are gone, however we went.
 *
 *	struct vt_keeper k = VT_KEEPER_INIT;
 *	vt_keeper_start(&k, remove_files, files, err);
 *	...
 *	vt_keeper_end(&k);	does it now
 *
 * A forked process waits for our end and then calls the function: also after
 * SIGKILL, which leaves us no time. It holds nothing of ours open but a pipe,
 * ignores INT, TERM and HUP, and calls with what the data was at the start.
 * When it is killed itself, vt_keeper_end() makes the call. So the function
 * may be called twice, and prints nothing.
 */
#ifndef VT_KEEPER_H
#define VT_KEEPER_H

#include <sys/types.h>

#include "base/err.h"

struct vt_keeper {
	pid_t pid;
	int fd;                         /* it waits for the end of this */
	void (*last)(const void *data); /* NULL: not started */
	const void *data;
};
#define VT_KEEPER_INIT                                                         \
	{                                                                      \
		.fd = -1                                                       \
	}

/** vt_keeper_start() - @data: unchanged until the end; Errors: VT_HOST */
int vt_keeper_start(struct vt_keeper *k, void (*last)(const void *data),
	const void *data, struct vt_err **err);

/** vt_keeper_end() - have it done, at once; fine when nothing was started */
void vt_keeper_end(struct vt_keeper *k);

#endif
