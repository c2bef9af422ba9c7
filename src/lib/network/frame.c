#include "network/frame.h"

#include <string.h>

enum {
	TPID_CUSTOMER = 0x8100,
	TPID_SERVICE = 0x88a8,
	TAG_LEN = 4,
	MOST_TAGS = 2,
	VID_MASK = 0xfff,
	SERVICE = 0x1000,
};

static uint16_t get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

enum vt_frame_status vt_frame_read(
	struct vt_frame *f, const uint8_t *bytes, size_t len)
{
	if (len < VT_FRAME_HEADER)
		return VT_FRAME_RUNT;
	*f = (struct vt_frame){.dst = bytes, .src = bytes + VT_MAC_LEN};
	size_t at = VT_FRAME_HEADER - 2;
	f->type = get16(bytes + at);
	for (int tags = 0; tags < MOST_TAGS && (f->type == TPID_CUSTOMER ||
						       f->type == TPID_SERVICE);
		tags++) {
		if (len < at + TAG_LEN + 2)
			return VT_FRAME_BAD_TAG;
		uint16_t vid = get16(bytes + at + 2) & VID_MASK;
		if (tags == 0 && vid)
			f->vlan = f->type == TPID_SERVICE ? vid | SERVICE : vid;
		at += TAG_LEN;
		f->type = get16(bytes + at);
	}
	f->header = at + 2;
	return VT_FRAME_OK;
}

bool vt_mac_group(const uint8_t *mac)
{
	return mac[0] & 1;
}

bool vt_mac_link_local(const uint8_t *mac)
{
	static const uint8_t prefix[] = {0x01, 0x80, 0xc2, 0x00, 0x00};
	return !memcmp(mac, prefix, sizeof(prefix)) && mac[5] < 0x10;
}
