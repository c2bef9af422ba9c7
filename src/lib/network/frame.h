/* The header of an Ethernet frame, as far as a switch reads it.
 *
 *	struct vt_frame f;
 *	if (vt_frame_read(&f, bytes, len) == VT_FRAME_OK) ... f.dst, f.vlan ...
 *
 * A frame comes from a guest: nothing about its bytes is assumed, and nothing
 * is allocated. Pointers are into the bytes.
 */
#ifndef VT_FRAME_H
#define VT_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	VT_MAC_LEN = 6,
	VT_FRAME_HEADER = 14, /* two addresses and a type */
	/* the largest frame that is forwarded: more than jumbo frames have
	 * (9216 bytes and the header), and than QEMU's e1000 can send */
	VT_FRAME_MAX = 16384,
};

enum vt_frame_status {
	VT_FRAME_OK,
	VT_FRAME_RUNT,    /* shorter than a header */
	VT_FRAME_BAD_TAG, /* ends within a VLAN tag or before its type */
};

struct vt_frame {
	const uint8_t *dst, *src;
	/* the outer VLAN: its number, and 0x1000 for a service tag (802.1ad);
	 * 0 for untagged and priority-tagged frames */
	uint16_t vlan;
	uint16_t type; /* EtherType, or a length; after two tags at most */
	size_t header; /* bytes before what follows the type */
};

/** vt_frame_read() - read the header of a frame
 * Source: IEEE 802.3, 802.1Q: TPIDs 0x8100 and 0x88a8 */
enum vt_frame_status vt_frame_read(
	struct vt_frame *f, const uint8_t *bytes, size_t len);

/** vt_mac_group() - whether an address is a multicast or the broadcast address
 */
bool vt_mac_group(const uint8_t *mac);

/** vt_mac_link_local() - whether an address is one of 01:80:C2:00:00:00 to 0F:
 * STP, LACP, LLDP and others. Bridges do not forward these; a cable does.
 * Source: IEEE 802.1D, table 7-10 */
bool vt_mac_link_local(const uint8_t *mac);

#endif
