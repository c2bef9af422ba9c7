/* A libFuzzer target: the frames of vt-wire, from the decision where they go to
 * the capture.
 *
 *	clang -fsanitize=fuzzer,address,undefined ... t/fuzz/wire.c
 *
 * The input is a sequence of frames: a byte for the port and what happens to
 * its link, a byte for the time that passes, two for the length, and the bytes.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "network/frame.h"
#include "network/pcapng.h"
#include "network/switch.h"

/* Ports 0 and 1 are a cable, 2 to 5 a segment, 6 and 7 another. */
static const uint64_t segments[] = {0x03, 0x3c, 0xc0};
static const uint8_t segment_of[] = {0, 0, 1, 1, 1, 1, 2, 2};
enum { PORTS = 8, HEAD = 4 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool condition)
{
	if (!condition)
		abort();
}

static uint64_t up(const struct vt_switch *s)
{
	uint64_t ports = 0;
	for (unsigned i = 0; i < PORTS; i++)
		ports |= (uint64_t)vt_switch_is_up(s, i) << i;
	return ports;
}

static void judge(struct vt_switch *s, struct vt_pcapng *p, unsigned port,
	uint32_t now, const uint8_t *bytes, size_t len)
{
	uint64_t to = ~(uint64_t)0;
	/* a copy of the right size, so that ASan sees a byte too far */
	VT_AUTO_FREE uint8_t *copy = vt_alloc(len);
	memcpy(copy, bytes, len);
	enum vt_switch_verdict v =
		vt_switch_frame(s, port, copy, len, now, &to);
	expect(!(to >> port & 1) && !(to & ~segments[segment_of[port]]));
	expect(v == VT_SWITCH_FORWARD || to == 0);
	expect((v == VT_SWITCH_DOWN) == !vt_switch_is_up(s, port));
	expect((v == VT_SWITCH_RUNT) <= (len < VT_FRAME_HEADER));
	if (v == VT_SWITCH_FORWARD && port < 2)
		expect(to == (vt_switch_is_up(s, !port) ? 1U << !port : 0));
	if (v == VT_SWITCH_FORWARD && vt_mac_group(copy))
		expect(to == (segments[segment_of[port]] & up(s) &
				     ~((uint64_t)1 << port)));
	vt_pcapng_frame(p, port, (uint64_t)now * 1000000000, copy, len);
	expect(p->used <= VT_PCAPNG_PAGE && p->written <= p->used);
}

static void check_size(const struct vt_pcapng *p)
{
	struct stat st;
	expect(!p->error && fstat(p->fd, &st) == 0);
	expect((uint64_t)st.st_size == p->at + p->used);
	expect((uint64_t)st.st_size <= VT_PCAPNG_LIMIT_MIN);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vt_switch *s = vt_switch_new();
	struct vt_pcapng p;
	VT_AUTO_CLOSE int fd = memfd_create("capture", MFD_CLOEXEC);
	uint32_t now = 0;
	vt_pcapng_begin(&p, fd, VT_PCAPNG_LIMIT_MIN, 4096);
	for (unsigned i = 0; i < PORTS; i++) {
		expect(vt_switch_add(s, segment_of[i]) == (int)i);
		vt_pcapng_interface(&p, "port", "segment");
	}
	while (size >= HEAD) {
		unsigned port = data[0] % PORTS;
		size_t len = (size_t)(data[2] << 8 | data[3]) % VT_FRAME_MAX;
		if (data[0] & 0x80)
			vt_switch_link(s, port, data[0] & 0x40);
		now += data[1];
		data += HEAD;
		size -= HEAD;
		len = len < size ? len : size;
		judge(s, &p, port, now, data, len);
		if (now % 3 == 0)
			vt_pcapng_flush(&p);
		data += len;
		size -= len;
	}
	vt_pcapng_flush(&p);
	check_size(&p);
	vt_switch_free(s);
	return 0;
}
