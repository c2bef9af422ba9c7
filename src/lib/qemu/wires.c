/* The sockets between a supervisor and its QEMU. */
#include <fcntl.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "qemu/supervise.h"

static int open_one(int *ours, int *theirs, struct vt_err **err)
{
	int ends[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return vt_err_errno(err, "cannot make a socket");
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	*ours = ends[0];
	*theirs = ends[1];
	return 0;
}

int vt_wires_open(struct vt_wires *w, struct vt_err **err)
{
	*w = (struct vt_wires)VT_WIRES_INIT;
	if (open_one(&w->qmp, &w->guest.qmp, err) < 0 ||
		open_one(&w->serial, &w->guest.serial, err) < 0 ||
		open_one(&w->channel, &w->guest.channel, err) < 0)
		return -1;
	return 0;
}

void vt_wires_handed(struct vt_wires *w)
{
	int *const ends[] = {
		&w->guest.qmp, &w->guest.serial, &w->guest.channel};
	for (size_t i = 0; i < VT_COUNT(ends); i++) {
		vt_closep(ends[i]);
		*ends[i] = -1;
	}
}

void vt_wires_close(struct vt_wires *w)
{
	vt_wires_handed(w);
	vt_closep(&w->qmp);
	vt_closep(&w->serial);
	vt_closep(&w->channel);
}
