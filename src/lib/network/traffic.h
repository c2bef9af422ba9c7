/* What the ports of a wire sent, by VLAN: read from a capture for the checks.
 *
 *	VT_AUTO_TRAFFIC struct vt_traffic t = {0};
 *	if (vt_traffic_read(&t, "logs/wire.pcapng", err) < 0) return -1;
 *	const struct vt_traffic_port *p = vt_traffic_port(&t, "interface0");
 *	const struct vt_traffic_vlan *v = p ? vt_traffic_vlan(p, 0) : NULL;
 *
 * Frames are hostile: what is too short for what it claims to be counts as a
 * frame and as nothing else, and lists are bounded.
 */
#ifndef VT_TRAFFIC_H
#define VT_TRAFFIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

enum { VT_TRAFFIC_MAX = 256 }; /* VLANs of a port, addresses of a VLAN */

/* Frames of a port with one VLAN tag, or with none. */
struct vt_traffic_vlan {
	unsigned id; /* of the outer tag; 0: untagged */
	uint64_t frames;
	unsigned longest;  /* bytes of the longest payload behind the tags: what
			      an MTU limits */
	bool dhcp4, dhcp6; /* questions of a client */
	bool router_solicitation, router_advertisement;
	bool dhcp4_server, dhcp6_server, dns; /* answers; questions */
	struct vt_strv macs;                  /* from which frames came */
	struct vt_strv addresses; /* from which packets came, and that announced
				     themselves by ARP or as a neighbour */
	struct vt_strv sought; /* that ARP or neighbour discovery asked for */
};

/* Source: IEEE 802.1AX-2014, 6.4.2.3 */
struct vt_traffic_lacp {
	uint64_t frames;
	char actor[18], partner[18]; /* systems of the last frame, as MACs */
	bool in_sync, collecting, distributing; /* the actor, at last */
	bool fast; /* it asks for a frame a second */
};

struct vt_traffic_port {
	char *name;
	uint64_t frames, dropped; /* dropped: not in the capture */
	struct vt_traffic_vlan *vlans;
	size_t n_vlans;
	struct vt_traffic_lacp lacp;
	uint64_t stp; /* frames of the spanning tree protocol */
};

struct vt_traffic {
	struct vt_traffic_port *ports;
	size_t n;
	bool cut; /* the capture has no end: its writer was killed */
};

/** vt_traffic_read() - Errors: as of pcapng_read.h */
int vt_traffic_read(
	struct vt_traffic *t, const char *path, struct vt_err **err);
void vt_traffic_free(struct vt_traffic *t);
#define VT_AUTO_TRAFFIC __attribute__((cleanup(vt_traffic_free)))

/** vt_traffic_port(), vt_traffic_vlan() - NULL if there was none */
const struct vt_traffic_port *vt_traffic_port(
	const struct vt_traffic *t, const char *name);
const struct vt_traffic_vlan *vt_traffic_vlan(
	const struct vt_traffic_port *p, unsigned id);

/** vt_traffic_frame() - add a frame of a port; `wire_len` may exceed `len` */
void vt_traffic_frame(struct vt_traffic_port *p, const uint8_t *data,
	size_t len, size_t wire_len);

#endif
