/* Which port of a switch an address was last seen on, by segment and VLAN.
 *
 *	struct vt_mac_table *t = vt_mac_table_new();
 *	vt_mac_learn(t, &(struct vt_mac_key){segment, vlan, mac}, port, now);
 *	int port = vt_mac_find(t, &key, now);
 *	vt_mac_table_free(t);
 *
 * The table has a fixed size: a new address takes the place of one that was
 * not seen for long. A guest that makes up addresses can so only make others
 * unknown, and frames to these are flooded.
 */
#ifndef VT_MAC_TABLE_H
#define VT_MAC_TABLE_H

#include <stdint.h>

enum {
	VT_MAC_ENTRIES = 4096,
	VT_MAC_AGE_S = 300, /* the default of 802.1D */
};

struct vt_mac_key {
	uint8_t segment;
	uint16_t vlan;
	const uint8_t *mac;
};

struct vt_mac_table;
struct vt_mac_table *vt_mac_table_new(void);
void vt_mac_table_free(struct vt_mac_table *t); /* NULL does nothing */

/** vt_mac_learn() - note that an address was seen on a port
 * Units: now: seconds of a monotonic clock */
void vt_mac_learn(struct vt_mac_table *t, const struct vt_mac_key *k,
	unsigned port, uint32_t now);

/** vt_mac_find() - Return: the port, or -1 when the address is unknown or was
 * last seen more than VT_MAC_AGE_S ago */
int vt_mac_find(
	const struct vt_mac_table *t, const struct vt_mac_key *k, uint32_t now);

/** vt_mac_forget() - forget all addresses that were seen on a port */
void vt_mac_forget(struct vt_mac_table *t, unsigned port);

#endif
