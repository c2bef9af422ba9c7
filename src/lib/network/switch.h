/* An Ethernet switch: which ports a frame that enters one port leaves by.
 *
 *	struct vt_switch *s = vt_switch_new();
 *	int a = vt_switch_add(s, 0), b = vt_switch_add(s, 0);
 *	uint64_t to;
 *	if (vt_switch_frame(s, a, bytes, len, now, &to) == VT_SWITCH_FORWARD)
 *		... send it to each port i with the bit `1 << i` in `to` ...
 *	vt_switch_free(s);
 *
 * Ports of a segment form one broadcast domain; nothing passes from one segment
 * to another. A segment with two ports is a cable: what enters one port leaves
 * the other. With more ports the segment learns addresses per VLAN, and floods
 * what it does not know. Other than in a bridge, the addresses that 802.1D
 * reserves are flooded as well, so that STP, LACP and LLDP reach the other
 * ports. Frames are never changed. This decides only; src/wire does the I/O.
 */
#ifndef VT_SWITCH_H
#define VT_SWITCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	VT_SWITCH_PORTS = 64,    /* one bit each */
	VT_SWITCH_SEGMENTS = 64, /* numbers 0 to 63 */
};

/* What becomes of a frame. */
enum vt_switch_verdict {
	VT_SWITCH_FORWARD,   /* goes to other ports, of which there may be none
			      */
	VT_SWITCH_DOWN,      /* came by a link that is down */
	VT_SWITCH_RUNT,      /* shorter than an Ethernet header */
	VT_SWITCH_MALFORMED, /* ends within a VLAN tag */
	VT_SWITCH_VERDICTS,
};

struct vt_switch;
struct vt_switch *vt_switch_new(void);
void vt_switch_free(struct vt_switch *s); /* NULL does nothing */

/** vt_switch_add() - add a port, whose link is up
 * Return: its number, from 0; -1 when there are VT_SWITCH_PORTS already */
int vt_switch_add(struct vt_switch *s, unsigned segment);

/** vt_switch_link() - take a port's link up or down. What was learned on a port
 * is forgotten when its link goes down. */
void vt_switch_link(struct vt_switch *s, unsigned port, bool up);
bool vt_switch_is_up(const struct vt_switch *s, unsigned port);

/**
 * vt_switch_frame() - decide about a frame
 * @now: seconds of a monotonic clock, for the age of addresses
 * @to: set to the ports that the frame leaves by, as bits; 0 unless forwarded
 */
enum vt_switch_verdict vt_switch_frame(struct vt_switch *s, unsigned port,
	const uint8_t *bytes, size_t len, uint32_t now, uint64_t *to);

#endif
