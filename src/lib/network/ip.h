/* IP addresses and networks, as configs and the kernel write them.
 *
 *	struct vt_ip ip;
 *	if (!vt_ip_parse("10.0.2.100/24", &ip)) ...
 */
#ifndef VT_IP_H
#define VT_IP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct vt_ip {
	int family; /* 4 or 6 */
	unsigned char bytes[16];
	int prefix; /* -1: not given */
};

/** vt_ip_parse() - ADDRESS or ADDRESS/PREFIX, where PREFIX may be a netmask
 * Return: false: it is neither */
bool vt_ip_parse(const char *text, struct vt_ip *ip);

/** vt_ip_mask() - the length of a netmask, or of a length as text
 * Return: -1 if it is neither, or its bits are not contiguous */
int vt_ip_mask(const char *text, int family);

/** vt_ip_bits() - 32 or 128 */
int vt_ip_bits(const struct vt_ip *ip);
/** vt_ip_network() - set the bits after the prefix to 0 */
void vt_ip_network(struct vt_ip *ip);
/** vt_ip_same() - whether the addresses are equal, irrespective of prefixes */
bool vt_ip_same(const struct vt_ip *a, const struct vt_ip *b);
/** vt_ip_same_text() - as vt_ip_same() of two texts; false if one is none */
bool vt_ip_same_text(const char *a, const char *b);
/** vt_ip_contains() - whether an address is in the network of another, which
 * has a prefix */
bool vt_ip_contains(const struct vt_ip *net, const struct vt_ip *ip);
/** vt_ip_is_local() - whether it is a link-local address */
bool vt_ip_is_local(const struct vt_ip *ip);

/** vt_ip_text() - in the usual form, with its prefix if it has one; owned */
char *vt_ip_text(const struct vt_ip *ip);
/** vt_ip_address() - the same without the prefix; owned */
char *vt_ip_address(const struct vt_ip *ip);

enum { VT_IP_MAIN_TABLE = 254 };
/** vt_ip_table() - a routing table's number, from its number or its name
 * Return: -1: it is neither. Names of /etc/iproute2/rt_tables are not known */
long long vt_ip_table(const char *text);

#endif
