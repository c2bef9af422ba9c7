/* network/switch.h, mac_table.h, pcapng.h: what depends on time and on numbers
 * that are out of reach for a test with sockets. The rest: t/tools/wire.t. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../tap.h"
#include "base/mem.h"
#include "network/frame.h"
#include "network/mac_table.h"
#include "network/pcapng.h"
#include "network/switch.h"

enum { LEN = 60 };

/* A frame from one station to another. */
static const uint8_t *frame(unsigned dst, unsigned src)
{
	static uint8_t f[LEN];
	f[0] = f[6] = 2;
	f[4] = (uint8_t)(dst >> 8);
	f[5] = (uint8_t)dst;
	f[10] = (uint8_t)(src >> 8);
	f[11] = (uint8_t)src;
	return f;
}

static long long to(struct vt_switch *s, unsigned port, unsigned dst,
	unsigned src, uint32_t now)
{
	uint64_t ports;
	vt_switch_frame(s, port, frame(dst, src), LEN, now, &ports);
	return (long long)ports;
}

static void ageing(void)
{
	struct vt_switch *s = vt_switch_new();
	for (int i = 0; i < 3; i++)
		vt_switch_add(s, 0);
	to(s, 1, 9, 1, 100);
	is_int(to(s, 0, 1, 2, 100 + VT_MAC_AGE_S), 2,
		"an address is known for 300 s");
	is_int(to(s, 0, 1, 2, 101 + VT_MAC_AGE_S), 6, "and not longer");
	to(s, 1, 9, 1, 500);
	is_int(to(s, 0, 1, 2, 500), 2, "until it is seen again");
	vt_switch_free(s);
}

static void bounded(void)
{
	struct vt_switch *s = vt_switch_new();
	unsigned known = 0;
	for (int i = 0; i < 3; i++)
		vt_switch_add(s, 0);
	for (unsigned i = 0; i < 60000; i++)
		to(s, 1, 0xffff, i, i / 100);
	for (unsigned i = 0; i < 60000; i++)
		known += to(s, 0, i, 0xfffe, 600) == 2;
	ok(known > VT_MAC_ENTRIES / 2 && known <= VT_MAC_ENTRIES,
		"of 60000 addresses %u are known", known);
	is_int(to(s, 0, 59999, 0xfffe, 600), 2, "the last among them");
	vt_switch_free(s);
}

static void numbers(void)
{
	struct vt_switch *s = vt_switch_new();
	bool all = true;
	for (int i = 0; i < VT_SWITCH_PORTS; i++)
		all &= vt_switch_add(s, 63) == i;
	ok(all, "64 ports");
	is_int(vt_switch_add(s, 0), -1, "and no more");
	is_int(to(s, 63, 1, 2, 0), INT64_MAX, "a frame leaves all others");
	is_int(to(s, 0, 2, 1, 0), INT64_MIN, "an answer the last");
	vt_switch_link(s, 63, false);
	ok(!vt_switch_is_up(s, 63) && vt_switch_is_up(s, 62), "its link");
	is_int(to(s, 0, 2, 1, 0), INT64_MAX - 1, "is down: all but it");
	uint64_t ports = 1;
	is_int(vt_switch_frame(s, 63, frame(1, 2), LEN, 0, &ports),
		VT_SWITCH_DOWN, "and nothing comes from it");
	ok(ports == 0, "or goes anywhere");
	vt_switch_free(s);
	s = vt_switch_new();
	is_int(vt_switch_add(s, VT_SWITCH_SEGMENTS), -1, "segments to 63");
	vt_switch_free(s);
}

/* The number of blocks of a type, or -1 when the file has a block that is not
 * whole, crosses a page or is beyond the limit. */
static int blocks(int fd, uint64_t limit, uint32_t type)
{
	struct stat st;
	int n = 0;
	if (fstat(fd, &st) < 0 || (uint64_t)st.st_size > limit)
		return -1;
	for (off_t at = 0; at < st.st_size;) {
		uint32_t head[2], tail = 0;
		if (pread(fd, head, 8, at) != 8 || head[1] < 12 ||
			pread(fd, &tail, 4, at + head[1] - 4) != 4 ||
			tail != head[1] ||
			at / 4096 != (at + head[1] - 1) / 4096)
			return -1;
		n += head[0] == type;
		at += head[1];
	}
	return n;
}

/* Fill a capture with frames of a length, and check it. */
static void capture(unsigned interfaces, size_t len)
{
	static uint8_t bytes[20000];
	struct vt_pcapng p;
	struct vt_pcapng_statistics s = {1, 2, 3, 4, NULL};
	VT_AUTO_FREE char *comment = vt_alloc(VT_PCAPNG_TEXT_MAX + 100);
	VT_AUTO_CLOSE int fd = memfd_create("capture", MFD_CLOEXEC);
	int n = 0;
	memset(comment, 'x', VT_PCAPNG_TEXT_MAX + 99);
	s.comment = comment;
	vt_pcapng_begin(&p, fd, VT_PCAPNG_LIMIT_MIN, 100000);
	for (unsigned i = 0; i < interfaces; i++)
		vt_pcapng_interface(&p, comment, comment);
	for (; n < 1 << 20 && vt_pcapng_frame(&p, 0, 1, bytes, len); n++)
		if (n % 7 == 0)
			vt_pcapng_flush(&p);
	ok(p.full && !p.error, "%zu bytes: %d frames fit", len, n);
	for (unsigned i = 0; i < 2 * interfaces; i++)
		vt_pcapng_statistics(&p, i % interfaces, &s);
	is_int(blocks(fd, VT_PCAPNG_LIMIT_MIN, 6), n, "the file has them");
	is_int(blocks(fd, VT_PCAPNG_LIMIT_MIN, 5), 2 * (long long)interfaces,
		"and the statistics");
	is_int(blocks(fd, VT_PCAPNG_LIMIT_MIN, 1), interfaces,
		"and the interfaces");
}

int main(void)
{
	static const size_t lens[] = {
		14, 15, 60, 1514, 2000, 4023, 4024, 4040, 4041, 16384};
	ageing();
	bounded();
	numbers();
	for (size_t i = 0; i < VT_COUNT(lens); i++)
		capture(i % 2 ? 64 : 1, lens[i]);
	return done_testing();
}
