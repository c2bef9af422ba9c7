#include "network/pcapng_read.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"

enum {
	SECTION = 0x0a0d0d0a,
	INTERFACE = 1,
	STATISTICS = 5,
	PACKET = 6,
	SAME_ORDER = 0x1a2b3c4d,
	ETHERNET = 1,
	OPTION_NAME = 2,
	OPTION_DROPPED = 5, /* of STATISTICS */
	MAX_BLOCK = 128 << 10,
	MAX_PORTS = 256,
	MAX_NAME = 64,
	HEAD = 8, /* type and length of a block */
	TAIL = 4, /* its length again */
};

static uint32_t u32(const unsigned char *p)
{
	uint32_t v;
	memcpy(&v, p, sizeof(v));
	return v;
}

static uint16_t u16(const unsigned char *p)
{
	uint16_t v;
	memcpy(&v, p, sizeof(v));
	return v;
}

static int damaged(struct vt_err **err, const char *what)
{
	return vt_err_set(err, VT_FAILED, "damaged capture: %s", what);
}

/* Return: the number of bytes, less at the end of the file; -1 */
static ssize_t read_some(int fd, unsigned char *to, size_t len)
{
	size_t got = 0;
	while (got < len) {
		ssize_t n = read(fd, to + got, len - got);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		got += (size_t)n;
	}
	return (ssize_t)got;
}

/* Read the next block to in->block; *size is that of its body.
 * Return: 1; 0: there is none; -1 */
static int read_block(
	struct vt_pcapng_in *in, size_t *size, struct vt_err **err)
{
	ssize_t n = read_some(in->fd, in->block, HEAD);
	if (n < 0)
		return vt_err_errno(err, "cannot read the capture");
	in->cut |= n && n < HEAD;
	if (n < HEAD)
		return 0;
	uint32_t len = u32(in->block + 4);
	/* what fills a page may have no body */
	if (len % 4 || len < HEAD + TAIL || len > MAX_BLOCK)
		return damaged(err, "impossible length of a block");
	n = read_some(in->fd, in->block + HEAD, len - HEAD);
	if (n < 0)
		return vt_err_errno(err, "cannot read the capture");
	in->cut = (uint32_t)n < len - HEAD;
	if (in->cut)
		return 0;
	if (u32(in->block + len - TAIL) != len)
		return damaged(err, "a block's lengths differ");
	*size = len - HEAD - TAIL;
	return 1;
}

/* An option of a block, or NULL; *len is that of its value. */
static const unsigned char *option(
	const unsigned char *p, size_t n, unsigned code, size_t *len)
{
	while (n >= 4) {
		size_t size = u16(p + 2), padded = (size + 3) & ~(size_t)3;
		if (padded > n - 4 || (!u16(p) && !size))
			return NULL;
		if (u16(p) == code) {
			*len = size;
			return p + 4;
		}
		p += 4 + padded;
		n -= 4 + padded;
	}
	return NULL;
}

static int add_port(struct vt_pcapng_in *in, size_t n, struct vt_err **err)
{
	const unsigned char *body = in->block + HEAD;
	size_t len = 0;
	if (n < 8 || u16(body) != ETHERNET)
		return damaged(err, "an interface that is not Ethernet");
	if (in->n_ports == MAX_PORTS)
		return damaged(err, "more than 256 interfaces");
	const unsigned char *name = option(body + 8, n - 8, OPTION_NAME, &len);
	in->ports = vt_realloc(in->ports, in->n_ports + 1, sizeof(*in->ports));
	in->ports[in->n_ports++] = (struct vt_pcapng_port){
		.name = vt_strndup(name ? (const char *)name : "",
			len < MAX_NAME ? len : MAX_NAME)};
	return 0;
}

static void add_statistics(struct vt_pcapng_in *in, size_t n)
{
	const unsigned char *body = in->block + HEAD, *value;
	size_t len = 0;
	if (n < 12 || u32(body) >= in->n_ports)
		return;
	value = option(body + 12, n - 12, OPTION_DROPPED, &len);
	if (value && len == 8)
		memcpy(&in->ports[u32(body)].dropped, value, 8);
}

static int take_frame(struct vt_pcapng_in *in, size_t n,
	struct vt_pcapng_packet *f, struct vt_err **err)
{
	const unsigned char *body = in->block + HEAD;
	if (n < 20 || u32(body) >= in->n_ports || u32(body + 12) > n - 20 ||
		u32(body + 16) < u32(body + 12))
		return damaged(err, "impossible frame");
	*f = (struct vt_pcapng_packet){.port = u32(body),
		.ns = (uint64_t)u32(body + 4) << 32 | u32(body + 8),
		.data = body + 20,
		.len = u32(body + 12),
		.wire_len = u32(body + 16)};
	return 1;
}

int vt_pcapng_open(
	struct vt_pcapng_in *in, const char *path, struct vt_err **err)
{
	in->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (in->fd < 0)
		return vt_err_errno(err, "cannot open '%s'", path);
	in->block = vt_calloc(1, MAX_BLOCK);
	size_t n = 0;
	int rc = read_block(in, &n, err);
	if (rc < 0)
		return vt_err_wrap(err, "%s", path);
	if (n < 16 || u32(in->block) != SECTION ||
		u32(in->block + HEAD) != SAME_ORDER)
		return vt_err_set(err, VT_USAGE,
			"%s: not a pcapng file of this machine's byte order",
			path);
	return 0;
}

int vt_pcapng_next(struct vt_pcapng_in *in, struct vt_pcapng_packet *f,
	struct vt_err **err)
{
	size_t n = 0;
	int rc;
	while ((rc = read_block(in, &n, err)) > 0) {
		switch (u32(in->block)) {
		case PACKET:
			return take_frame(in, n, f, err);
		case INTERFACE:
			if (add_port(in, n, err) < 0)
				return -1;
			break;
		case STATISTICS:
			add_statistics(in, n);
			break;
		case SECTION:
			return damaged(err, "a second section");
		default:
			break;
		}
	}
	return rc;
}

void vt_pcapng_close(struct vt_pcapng_in *in)
{
	for (size_t i = 0; i < in->n_ports; i++)
		free(in->ports[i].name);
	free(in->ports);
	free(in->block);
	if (in->fd >= 0)
		close(in->fd);
	*in = (struct vt_pcapng_in){.fd = -1};
}
