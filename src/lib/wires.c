/* The sockets between a supervisor and its QEMU. */
#include <sys/socket.h>
#include <fcntl.h>

#include "mem.h"
#include "supervise.h"

int vt_wires_open(struct vt_wires *w, struct vt_err **err)
{
	int qmp[2], serial[2];
	*w = (struct vt_wires)VT_WIRES_INIT;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, qmp) < 0)
		return vt_err_errno(err, "cannot make a socket");
	w->qmp = qmp[0];
	w->guest.qmp = qmp[1];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, serial) < 0)
		return vt_err_errno(err, "cannot make a socket");
	w->serial = serial[0];
	w->guest.serial = serial[1];
	fcntl(w->serial, F_SETFL, O_NONBLOCK);
	return 0;
}

void vt_wires_close(struct vt_wires *w)
{
	vt_closep(&w->qmp);
	vt_closep(&w->serial);
	vt_closep(&w->guest.qmp);
	vt_closep(&w->guest.serial);
}
