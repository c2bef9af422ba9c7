/* Source: draft-ietf-opsawg-pcapng: blocks and options. Numbers are in the
 * byte order of the host, which the byte-order magic tells. */
#include "network/pcapng.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum {
	BLOCK_INTERFACE = 1,
	BLOCK_STATISTICS = 5,
	BLOCK_PACKET = 6,
	BYTE_ORDER_MAGIC = 0x1a2b3c4d,
	LINKTYPE_ETHERNET = 1,
	OPT_END = 0,
	OPT_COMMENT = 1,
	IF_NAME = 2,
	IF_DESCRIPTION = 3,
	IF_TSRESOL = 9,
	ISB_STARTTIME = 2,
	ISB_ENDTIME = 3,
	ISB_IFRECV = 4,
	ISB_IFDROP = 5,
	SHB_USERAPPL = 4,
	EPB_FLAGS = 2,
	EPB_INBOUND = 1,
	/* type, length, and the length again */
	AROUND = 12,
	/* the largest block of statistics, and the end of the page before it
	 * that is too small for it */
	STATISTICS_MAX = 2 * (80 + VT_PCAPNG_TEXT_MAX),
};
static const uint32_t BLOCK_SECTION = 0x0a0d0d0a;
static const uint32_t BLOCK_FILLER = 0x80767400; /* local use: bit 31 */

static void fail(struct vt_pcapng *p, int error)
{
	p->error = error;
	/* part of a block may have been written */
	int rc = ftruncate(p->fd, (off_t)(p->at + p->written));
	(void)rc;
	p->used = p->written = 0;
}

void vt_pcapng_flush(struct vt_pcapng *p)
{
	for (size_t done = p->written; !p->error && done < p->used;) {
		ssize_t n = pwrite(p->fd, p->page + done, p->used - done,
			(off_t)(p->at + done));
		if (n > 0)
			done += (size_t)n;
		else if (n == 0 || errno != EINTR)
			fail(p, n ? errno : EIO);
	}
	if (p->error)
		return;
	p->written = p->used;
	if (p->used < VT_PCAPNG_PAGE)
		return;
	p->at += VT_PCAPNG_PAGE;
	p->used = p->written = 0;
}

/* What is added to the current block. */
static void add(struct vt_pcapng *p, const void *bytes, size_t n)
{
	memcpy(p->page + p->used, bytes, n);
	memset(p->page + p->used + n, 0, -n & 3);
	p->used += n + (-n & 3);
}

static void add32(struct vt_pcapng *p, uint32_t v)
{
	add(p, &v, sizeof(v));
}

static void add_option(
	struct vt_pcapng *p, uint16_t code, const void *bytes, size_t n)
{
	uint16_t head[] = {code, (uint16_t)n};
	add(p, head, sizeof(head));
	add(p, bytes, n);
}

static void add_text(struct vt_pcapng *p, uint16_t code, const char *text)
{
	if (text)
		add_option(p, code, text, strnlen(text, VT_PCAPNG_TEXT_MAX));
}

/* A time in the form of two halves, the upper first. */
static void add_time(struct vt_pcapng *p, uint16_t option, uint64_t ns)
{
	uint32_t halves[] = {(uint32_t)(ns >> 32), (uint32_t)ns};
	if (option)
		add_option(p, option, halves, sizeof(halves));
	else
		add(p, halves, sizeof(halves));
}

/* Begin a block of at most `most` bytes: on the next page, if it does not fit
 * on this one together with a filler. */
static void begin(struct vt_pcapng *p, uint32_t type, size_t most)
{
	size_t left = VT_PCAPNG_PAGE - p->used;
	if (left < most + AROUND) {
		/* at least AROUND, since end() leaves no less */
		add32(p, BLOCK_FILLER);
		add32(p, (uint32_t)left);
		memset(p->page + p->used, 0, left - AROUND);
		p->used += left - AROUND;
		add32(p, (uint32_t)left);
		vt_pcapng_flush(p);
	}
	add32(p, type);
	add32(p, 0);
}

static void end(struct vt_pcapng *p, size_t begun)
{
	uint32_t len = (uint32_t)(p->used + sizeof(len) - begun);
	memcpy(p->page + begun + 4, &len, sizeof(len));
	add32(p, len);
}

/* The place of the block that begin() has begun. */
static size_t place(const struct vt_pcapng *p)
{
	return p->used - 8;
}

void vt_pcapng_begin(
	struct vt_pcapng *p, int fd, uint64_t limit, uint32_t snaplen)
{
	static const uint16_t version[] = {1, 0};
	static const int64_t unknown_length = -1;
	*p = (struct vt_pcapng){.fd = fd, .limit = limit};
	p->snaplen =
		snaplen < VT_PCAPNG_SNAP_MAX ? snaplen : VT_PCAPNG_SNAP_MAX;
	/* two sets of statistics, each of which may begin on a new page */
	p->reserved = (uint64_t)2 * VT_PCAPNG_PAGE;
	begin(p, BLOCK_SECTION, 64);
	size_t at = place(p);
	add32(p, BYTE_ORDER_MAGIC);
	add(p, version, sizeof(version));
	add(p, &unknown_length, sizeof(unknown_length));
	add_text(p, SHB_USERAPPL, "vt-wire");
	add32(p, OPT_END);
	end(p, at);
}

void vt_pcapng_interface(
	struct vt_pcapng *p, const char *name, const char *description)
{
	static const uint16_t linktype[] = {LINKTYPE_ETHERNET, 0};
	static const uint8_t nanoseconds = 9;
	if (p->error)
		return;
	begin(p, BLOCK_INTERFACE, 48 + 2 * VT_PCAPNG_TEXT_MAX);
	size_t at = place(p);
	add(p, linktype, sizeof(linktype));
	add32(p, p->snaplen);
	add_text(p, IF_NAME, name);
	add_text(p, IF_DESCRIPTION, description);
	add_option(p, IF_TSRESOL, &nanoseconds, sizeof(nanoseconds));
	add32(p, OPT_END);
	end(p, at);
	p->n_interfaces++;
	p->reserved += (uint64_t)2 * STATISTICS_MAX;
}

bool vt_pcapng_frame(struct vt_pcapng *p, uint32_t interface, uint64_t ns,
	const uint8_t *bytes, size_t len)
{
	enum { OTHERS = 44 }; /* all of a block but the frame */
	static const uint32_t inbound = EPB_INBOUND;
	size_t kept = len < p->snaplen ? len : p->snaplen;
	size_t most = OTHERS + kept + (-kept & 3);
	if (p->error || p->full)
		return false;
	/* a frame that goes on the next page also takes the rest of this one */
	if (p->at + p->used + most + VT_PCAPNG_PAGE + p->reserved > p->limit) {
		p->full = true;
		return false;
	}
	begin(p, BLOCK_PACKET, most);
	size_t at = place(p);
	add32(p, interface);
	add_time(p, 0, ns);
	add32(p, (uint32_t)kept);
	add32(p, (uint32_t)len);
	add(p, bytes, kept);
	add_option(p, EPB_FLAGS, &inbound, sizeof(inbound));
	add32(p, OPT_END);
	end(p, at);
	return !p->error;
}

void vt_pcapng_statistics(struct vt_pcapng *p, uint32_t interface,
	const struct vt_pcapng_statistics *s)
{
	if (p->error)
		return;
	begin(p, BLOCK_STATISTICS, STATISTICS_MAX / 2);
	size_t at = place(p);
	add32(p, interface);
	add_time(p, 0, s->end_ns);
	add_text(p, OPT_COMMENT, s->comment);
	add_time(p, ISB_STARTTIME, s->begin_ns);
	add_time(p, ISB_ENDTIME, s->end_ns);
	add_option(p, ISB_IFRECV, &s->received, sizeof(s->received));
	add_option(p, ISB_IFDROP, &s->missed, sizeof(s->missed));
	add32(p, OPT_END);
	end(p, at);
	vt_pcapng_flush(p);
}
