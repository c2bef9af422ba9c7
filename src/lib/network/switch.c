#include "network/switch.h"

#include <stdlib.h>

#include "base/mem.h"
#include "network/frame.h"
#include "network/mac_table.h"

struct vt_switch {
	struct vt_mac_table *macs;
	unsigned n_ports;
	uint64_t up;                          /* ports, as bits */
	uint64_t members[VT_SWITCH_SEGMENTS]; /* ports of each segment */
	uint8_t segment[VT_SWITCH_PORTS];     /* of each port */
};

static uint64_t bit(unsigned port)
{
	return (uint64_t)1 << port;
}

struct vt_switch *vt_switch_new(void)
{
	struct vt_switch *s = vt_alloc(sizeof(*s));
	s->macs = vt_mac_table_new();
	return s;
}

void vt_switch_free(struct vt_switch *s)
{
	if (!s)
		return;
	vt_mac_table_free(s->macs);
	free(s);
}

int vt_switch_add(struct vt_switch *s, unsigned segment)
{
	unsigned port = s->n_ports;
	if (port == VT_SWITCH_PORTS || segment >= VT_SWITCH_SEGMENTS)
		return -1;
	s->n_ports++;
	s->segment[port] = (uint8_t)segment;
	s->members[segment] |= bit(port);
	s->up |= bit(port);
	return (int)port;
}

void vt_switch_link(struct vt_switch *s, unsigned port, bool up)
{
	if (up) {
		s->up |= bit(port);
		return;
	}
	s->up &= ~bit(port);
	vt_mac_forget(s->macs, port);
}

bool vt_switch_is_up(const struct vt_switch *s, unsigned port)
{
	return s->up & bit(port);
}

/* Learn where a frame came from, and look up where it has to go. Return: the
 * ports that it may leave by, whether their link is up or not */
static uint64_t learned(struct vt_switch *s, unsigned port,
	const struct vt_frame *f, uint32_t now)
{
	struct vt_mac_key key = {s->segment[port], f->vlan, f->src};
	/* a group address cannot be a source */
	if (!vt_mac_group(f->src))
		vt_mac_learn(s->macs, &key, port, now);
	uint64_t all = s->members[s->segment[port]];
	if (vt_mac_group(f->dst))
		return all;
	key.mac = f->dst;
	int to = vt_mac_find(s->macs, &key, now);
	return to < 0 ? all : bit((unsigned)to);
}

enum vt_switch_verdict vt_switch_frame(struct vt_switch *s, unsigned port,
	const uint8_t *bytes, size_t len, uint32_t now, uint64_t *to)
{
	struct vt_frame f;
	*to = 0;
	if (!vt_switch_is_up(s, port))
		return VT_SWITCH_DOWN;
	switch (vt_frame_read(&f, bytes, len)) {
	case VT_FRAME_RUNT:
		return VT_SWITCH_RUNT;
	case VT_FRAME_BAD_TAG:
		return VT_SWITCH_MALFORMED;
	case VT_FRAME_OK:
		break;
	}
	uint64_t all = s->members[s->segment[port]];
	bool cable = __builtin_popcountll(all) <= 2;
	uint64_t out = cable ? all : learned(s, port, &f, now);
	*to = out & s->up & ~bit(port);
	return VT_SWITCH_FORWARD;
}
