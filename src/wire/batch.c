#include "batch.h"

#include <errno.h>
#include <sys/socket.h>

#include "base/mem.h"

struct batch *batch_new(void)
{
	struct batch *b = vt_alloc(sizeof(*b));
	for (unsigned i = 0; i < BATCH_FRAMES; i++) {
		b->in[i] = (struct iovec){b->bytes[i], VT_FRAME_MAX};
		b->got[i].msg_hdr =
			(struct msghdr){.msg_iov = &b->in[i], .msg_iovlen = 1};
	}
	return b;
}

bool batch_receive(struct batch *b, int fd, bool hung_up)
{
	int n;
	do
		n = recvmmsg(fd, b->got, BATCH_FRAMES, MSG_DONTWAIT, NULL);
	while (n < 0 && errno == EINTR);
	b->n = n < 0 ? 0 : (unsigned)n;
	if (n < 0)
		return !hung_up &&
		       (errno == EAGAIN || errno == ENOMEM || errno == ENOBUFS);
	if (!hung_up)
		return true;
	while (b->n && !b->got[b->n - 1].msg_len)
		b->n--;
	return b->n > 0;
}

size_t batch_len(const struct batch *b, unsigned i)
{
	return b->got[i].msg_len;
}

bool batch_truncated(const struct batch *b, unsigned i)
{
	return b->got[i].msg_hdr.msg_flags & MSG_TRUNC;
}

int batch_send(const struct batch *b, unsigned port, int fd, unsigned *wanted)
{
	struct iovec iov[BATCH_FRAMES];
	struct mmsghdr out[BATCH_FRAMES];
	unsigned n = 0, sent = 0;
	for (unsigned i = 0; i < b->n; i++) {
		if (!(b->to[i] >> port & 1))
			continue;
		iov[n] = (struct iovec){(void *)b->bytes[i], b->got[i].msg_len};
		out[n] = (struct mmsghdr){
			.msg_hdr = {.msg_iov = &iov[n], .msg_iovlen = 1}};
		n++;
	}
	*wanted = n;
	while (sent < n) {
		int rc = sendmmsg(
			fd, out + sent, n - sent, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (rc > 0)
			sent += (unsigned)rc;
		else if (rc < 0 && errno == EINTR)
			continue;
		else if (rc < 0 &&
			 (errno == EPIPE || errno == ECONNREFUSED ||
				 errno == ECONNRESET || errno == ENOTCONN))
			return -1;
		else
			break; /* full: the rest is lost */
	}
	return (int)sent;
}
