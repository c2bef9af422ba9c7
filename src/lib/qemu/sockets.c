/* The socket pairs between the supervisor and QEMU. */
#include <fcntl.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "qemu/supervise.h"

/* QEMU writes a serial port byte by byte, each of which takes hundreds of bytes
 * of a socket's buffer, and drops bytes when the buffer stays full: the default
 * one holds 278. Without privileges the kernel grants twice the default. */
static void enlarge(int fd)
{
	const int bytes = 4 << 20;
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof(bytes)) <
		0)
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
}

static int open_one(int *ours, int *theirs, struct vt_err **err)
{
	int ends[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return vt_err_errno(err, "cannot create a socket");
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	*ours = ends[0];
	*theirs = ends[1];
	return 0;
}

int vt_sockets_open(struct vt_sockets *s, struct vt_err **err)
{
	*s = (struct vt_sockets)VT_SOCKETS_INIT;
	if (open_one(&s->qmp, &s->guest.qmp, err) < 0 ||
		open_one(&s->serial, &s->guest.serial, err) < 0 ||
		open_one(&s->channel, &s->guest.channel, err) < 0 ||
		open_one(&s->journal, &s->guest.journal, err) < 0)
		return -1;
	enlarge(s->guest.serial);
	enlarge(s->guest.channel);
	enlarge(s->guest.journal);
	return 0;
}

void vt_sockets_close_guest(struct vt_sockets *s)
{
	int *const ends[] = {&s->guest.qmp, &s->guest.serial, &s->guest.channel,
		&s->guest.journal, &s->guest.config};
	for (size_t i = 0; i < VT_COUNT(ends); i++) {
		vt_closep(ends[i]);
		*ends[i] = -1;
	}
}

void vt_sockets_close(struct vt_sockets *s)
{
	vt_sockets_close_guest(s);
	vt_closep(&s->qmp);
	vt_closep(&s->serial);
	vt_closep(&s->channel);
	vt_closep(&s->journal);
}
