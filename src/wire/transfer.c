#include "transfer.h"

#include <errno.h>
#include <sys/socket.h>

#include "base/mem.h"

struct transfer *transfer_new(void)
{
	struct transfer *t = vt_alloc(sizeof(*t));
	for (unsigned i = 0; i < TRANSFER_FRAMES; i++) {
		t->in[i] = (struct iovec){t->bytes[i], VT_FRAME_MAX};
		t->got[i].msg_hdr =
			(struct msghdr){.msg_iov = &t->in[i], .msg_iovlen = 1};
	}
	return t;
}

bool transfer_receive(struct transfer *t, int fd, bool hung_up)
{
	int n;
	do
		n = recvmmsg(fd, t->got, TRANSFER_FRAMES, MSG_DONTWAIT, NULL);
	while (n < 0 && errno == EINTR);
	t->n = n < 0 ? 0 : (unsigned)n;
	if (n < 0)
		return !hung_up &&
		       (errno == EAGAIN || errno == ENOMEM || errno == ENOBUFS);
	if (!hung_up)
		return true;
	while (t->n && !t->got[t->n - 1].msg_len)
		t->n--;
	return t->n > 0;
}

size_t transfer_len(const struct transfer *t, unsigned i)
{
	return t->got[i].msg_len;
}

bool transfer_truncated(const struct transfer *t, unsigned i)
{
	return t->got[i].msg_hdr.msg_flags & MSG_TRUNC;
}

int transfer_send(
	const struct transfer *t, unsigned port, int fd, unsigned *wanted)
{
	struct iovec iov[TRANSFER_FRAMES];
	struct mmsghdr out[TRANSFER_FRAMES];
	unsigned n = 0, sent = 0;
	for (unsigned i = 0; i < t->n; i++) {
		if (!(t->to[i] >> port & 1))
			continue;
		iov[n] = (struct iovec){(void *)t->bytes[i], t->got[i].msg_len};
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
