#include "base/outbuf.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/proc.h"
#include "base/str.h"

enum { STALLED_MS = 2000, LONGEST_MS = 10000 };

enum how {
	DIRECT,   /* a regular file */
	SOCKET,   /* send(2) can be told not to wait */
	REOPENED, /* an open file of our own, with O_NONBLOCK */
	ASKED,    /* poll(2) says whether a small write would block */
};

struct vt_outbuf {
	int fd, own; /* own: -1: none */
	enum how how;
	size_t max;
	struct vt_str kept;
	uint64_t gap;  /* bytes dropped since the last that were kept */
	uint64_t lost; /* bytes dropped in all */
	int error;
};

struct vt_outbuf *vt_outbuf_new(int fd, size_t max)
{
	struct vt_outbuf *o = vt_alloc(sizeof(*o));
	struct stat st;
	*o = (struct vt_outbuf){.fd = fd, .own = -1, .max = max, .how = ASKED};
	if (fstat(fd, &st) < 0)
		return o; /* a write will tell */
	if (S_ISREG(st.st_mode))
		o->how = DIRECT;
	else if (S_ISSOCK(st.st_mode))
		o->how = SOCKET;
	if (o->how != ASKED)
		return o;
	/* O_NONBLOCK belongs to the open file, which other processes use */
	VT_AUTO_FREE char *path = vt_printf("/proc/self/fd/%d", fd);
	o->own = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (o->own >= 0)
		o->how = REOPENED;
	return o;
}

void vt_outbuf_free(struct vt_outbuf *o)
{
	if (!o)
		return;
	vt_closep(&o->own);
	vt_str_free(&o->kept);
	free(o);
}

static ssize_t write_some(const struct vt_outbuf *o, const char *p, size_t len)
{
	struct pollfd ready = {o->fd, POLLOUT, 0};
	switch (o->how) {
	case DIRECT:
		break;
	case SOCKET:
		return send(o->fd, p, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	case REOPENED:
		return write(o->own, p, len);
	case ASKED:
		if (poll(&ready, 1, 0) == 0) {
			errno = EAGAIN;
			return -1;
		}
		/* a pipe that can be written takes as much at once */
		len = len < PIPE_BUF ? len : PIPE_BUF;
		break;
	}
	return write(o->fd, p, len);
}

void vt_outbuf_flush(struct vt_outbuf *o)
{
	size_t done = 0;
	while (o && done < o->kept.len) {
		ssize_t n = write_some(o, o->kept.s + done, o->kept.len - done);
		if (n >= 0)
			done += (size_t)n;
		else if (errno == EAGAIN || errno == EWOULDBLOCK)
			break;
		else if (errno != EINTR)
			o->error = errno;
		if (o->error)
			done = o->kept.len;
	}
	if (!done)
		return;
	o->kept.len -= done;
	memmove(o->kept.s, o->kept.s + done, o->kept.len + 1);
}

/* Say what is missing here. Return: whether there is space for it and more */
static bool close_gap(struct vt_outbuf *o, size_t more)
{
	if (!o->gap)
		return o->kept.len + more <= o->max;
	VT_AUTO_FREE char *note = vt_printf(
		"\nvt: %llu bytes of output were dropped here, because they "
		"were not read in time\n",
		(unsigned long long)o->gap);
	if (o->kept.len + strlen(note) + more > o->max)
		return false;
	vt_str_add(&o->kept, note);
	o->gap = 0;
	return true;
}

void vt_outbuf_put(struct vt_outbuf *o, const void *data, size_t len)
{
	if (o->error)
		return;
	vt_outbuf_flush(o);
	if (o->how == DIRECT || close_gap(o, len)) {
		vt_str_addn(&o->kept, data, len);
	} else {
		o->gap += len;
		o->lost += len;
	}
	vt_outbuf_flush(o);
}

int vt_outbuf_fd(const struct vt_outbuf *o)
{
	if (!o || !o->kept.len)
		return -1;
	return o->how == REOPENED ? o->own : o->fd;
}

uint64_t vt_outbuf_end(struct vt_outbuf *o)
{
	uint64_t begin = vt_now_ms(), moved = begin;
	for (;;) {
		size_t before = o->kept.len;
		vt_outbuf_flush(o);
		uint64_t now = vt_now_ms();
		moved = o->kept.len < before ? now : moved;
		if (!o->kept.len && (!o->gap || !close_gap(o, 0)))
			break;
		if (now - moved >= STALLED_MS || now - begin >= LONGEST_MS)
			break;
		struct pollfd p = {vt_outbuf_fd(o), POLLOUT, 0};
		vt_poll(&p, 1, 100);
	}
	o->lost += o->kept.len;
	o->kept.len = 0;
	return o->lost;
}

int vt_outbuf_error(const struct vt_outbuf *o)
{
	return o->error;
}
