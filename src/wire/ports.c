#include "ports.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "batch.h"

enum {
	FIRST_FD = 3,
	MOST_FD = 1 << 20,
	NAME_MAX_LEN = 32,
	/* asked for; the kernel gives at most net.core.wmem_max */
	SEND_BUFFER = 1 << 20,
};

struct ports *ports_new(int epoll, struct recording *recording)
{
	struct ports *p = vt_alloc(sizeof(*p));
	p->epoll = epoll;
	p->recording = recording;
	p->sw = vt_switch_new();
	p->batch = batch_new();
	return p;
}

void ports_free(struct ports *p)
{
	if (!p)
		return;
	for (unsigned i = 0; i < p->n; i++) {
		free(p->v[i].name);
		free(p->v[i].segment);
		vt_closep(&p->v[i].fd);
	}
	vt_switch_free(p->sw);
	free(p->batch);
	free(p);
}

void ports_freep(struct ports **p)
{
	ports_free(*p);
}

int ports_find(const struct ports *p, const char *name)
{
	for (unsigned i = 0; i < p->n; i++)
		if (!strcmp(p->v[i].name, name))
			return (int)i;
	return -1;
}

static int check_name(const char *what, const char *name, struct vt_err **err)
{
	if (vt_str_valid_name(name) && strlen(name) <= NAME_MAX_LEN)
		return 0;
	return vt_err_set(err, VT_USAGE,
		"'%.40s' is not a %s: use up to %d of A-Z a-z 0-9 . _ + @ -",
		name, what, (int)NAME_MAX_LEN);
}

/* The socket of a port, whose messages are frames. */
static int check_socket(int fd, struct vt_err **err)
{
	int type = 0, domain = 0, size = SEND_BUFFER;
	socklen_t len = sizeof(type);
	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) < 0 ||
		getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) < 0 ||
		domain != AF_UNIX ||
		(type != SOCK_DGRAM && type != SOCK_SEQPACKET))
		return vt_err_set(err, VT_USAGE,
			"descriptor %d is not an AF_UNIX socket of type "
			"SOCK_SEQPACKET or SOCK_DGRAM",
			fd);
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	return 0;
}

/* The number of a segment: that of the ports which are in it, or a new one. */
static unsigned segment_number(const struct ports *p, const char *segment)
{
	unsigned n = 0;
	for (unsigned i = 0; i < p->n; i++) {
		bool first = true;
		for (unsigned j = 0; j < i && first; j++)
			first = strcmp(p->v[j].segment, p->v[i].segment) != 0;
		if (!first)
			continue;
		if (!strcmp(p->v[i].segment, segment))
			return n;
		n++;
	}
	return n;
}

static int add(struct ports *p, const struct vt_strv *words, long fd,
	struct vt_err **err)
{
	for (unsigned i = 0; i < p->n; i++)
		if (p->v[i].fd == fd)
			return vt_err_set(err, VT_USAGE,
				"descriptor %ld is that of port '%s'", fd,
				p->v[i].name);
	if (ports_find(p, words->v[0]) >= 0)
		return vt_err_set(
			err, VT_USAGE, "port '%s' exists", words->v[0]);
	if (check_socket((int)fd, err) < 0)
		return -1;
	if (vt_switch_add(p->sw, segment_number(p, words->v[1])) < 0)
		return vt_err_set(err, VT_USAGE, "more than %d ports",
			(int)VT_SWITCH_PORTS);
	struct epoll_event e = {
		.events = EPOLLIN | EPOLLRDHUP, .data.u32 = p->n};
	if (epoll_ctl(p->epoll, EPOLL_CTL_ADD, (int)fd, &e) < 0)
		return vt_err_errno(err, "cannot watch descriptor %ld", fd);
	struct port *port = &p->v[p->n++];
	port->name = vt_strdup(words->v[0]);
	port->segment = vt_strdup(words->v[1]);
	port->fd = (int)fd;
	p->n_open++;
	recording_port(p->recording, port->name, port->segment);
	return 0;
}

int ports_add(struct ports *p, const char *arg, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
	long fd;
	vt_str_split(arg, ':', &words);
	if (words.n != 3)
		vt_err_set(err, VT_USAGE, "not NAME:SEGMENT:FD");
	else if (check_name("name of a port", words.v[0], err) == 0 &&
		 check_name("name of a segment", words.v[1], err) == 0 &&
		 vt_parse_int(words.v[2], FIRST_FD, MOST_FD, &fd, err) == 0 &&
		 add(p, &words, fd, err) == 0)
		return 0;
	return vt_err_wrap(err, "--port '%.100s'", arg);
}

/* Forget a port whose peer has closed its end. */
static void close_port(struct ports *p, unsigned port)
{
	vt_switch_link(p->sw, port, false);
	/* another process may have the socket open, and it would be reported
	 * for ever */
	epoll_ctl(p->epoll, EPOLL_CTL_DEL, p->v[port].fd, NULL);
	vt_closep(&p->v[port].fd);
	p->v[port].fd = -1;
	p->n_open--;
}

/* Decide about each frame. Return: the ports to which any has to go */
static uint64_t judge(struct ports *p, unsigned port, struct batch *b)
{
	struct port *from = &p->v[port];
	uint64_t all = 0, ns = recording_clock(p->recording);
	for (unsigned i = 0; i < b->n; i++) {
		const uint8_t *bytes = b->bytes[i];
		size_t len = batch_len(b, i);
		from->received++;
		from->bytes += len;
		b->to[i] = 0;
		if (batch_truncated(b, i)) {
			from->oversized++;
			continue;
		}
		enum vt_switch_verdict v = vt_switch_frame(p->sw, port, bytes,
			len, (uint32_t)(ns / 1000000000), &b->to[i]);
		from->verdicts[v]++;
		all |= b->to[i];
		if (v == VT_SWITCH_FORWARD || v == VT_SWITCH_MALFORMED)
			recording_frame(p->recording, port, ns, bytes, len);
	}
	return all;
}

static void forward(struct ports *p, unsigned port, const struct batch *b)
{
	struct port *to = &p->v[port];
	unsigned wanted = 0;
	int sent = batch_send(b, port, to->fd, &wanted);
	if (sent < 0) {
		close_port(p, port);
		return;
	}
	to->sent += (unsigned)sent;
	to->dropped += wanted - (unsigned)sent;
}

void ports_receive(struct ports *p, unsigned port, bool hung_up)
{
	struct batch *b = p->batch;
	if (!batch_receive(b, p->v[port].fd, hung_up)) {
		close_port(p, port);
		return;
	}
	uint64_t all = judge(p, port, b);
	while (all) {
		unsigned to = (unsigned)__builtin_ctzll(all);
		all &= all - 1;
		/* it may have been closed since */
		if (p->v[to].fd >= 0)
			forward(p, to, b);
	}
}
