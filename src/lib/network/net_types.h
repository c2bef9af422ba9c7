/* The types of entries in a network config, for both versions of the format, as
 * graph/type.h describes rows. What a config nests in an interface, such as its
 * addresses and routes, are entries of their own that refer to it, so that each
 * has a result of its own.
 */
#ifndef VT_NET_TYPES_H
#define VT_NET_TYPES_H

#include "graph/type.h"

enum vt_net_type {
	VT_NET_PHYSICAL,
	VT_NET_BOND,
	VT_NET_BRIDGE,
	VT_NET_VLAN,
	VT_NET_DUMMY,
	VT_NET_LOOPBACK,
	VT_NET_OTHER, /* an interface of a type that no machine here has, or
			 one that is only named */
	VT_NET_ADDRESS,
	VT_NET_ROUTE,
	VT_NET_POLICY,      /* a routing rule */
	VT_NET_NAMESERVERS, /* of an interface, or of the system */
	VT_NET_CONFIG,      /* the section itself, when it is disabled */
};

/* How a found value is compared with the expected one: rows of net_likes.c. */
enum vt_net_likeness {
	VT_NET_LIKE_TEXT = 1,
	VT_NET_LIKE_CASE, /* upper and lower case are the same */
	VT_NET_LIKE_GLOB, /* the value is matched by a pattern */
	VT_NET_LIKE_NUMBER,
	VT_NET_LIKE_YES,     /* a boolean */
	VT_NET_LIKE_SECONDS, /* the number is hundredths of a second */
	VT_NET_LIKE_IP,      /* the addresses are the same */
	VT_NET_LIKE_WORDS,   /* each word is one of those found */
	VT_NET_LIKE_ORDER,   /* so they are, in the same order; by the finder */
	VT_NET_LIKE_FINDER,  /* as the finder has compared it */
};

/* Types that are interfaces of the system: bits for references. */
#define VT_NET_INTERFACES                                                      \
	(1u << VT_NET_PHYSICAL | 1u << VT_NET_BOND | 1u << VT_NET_BRIDGE |     \
		1u << VT_NET_VLAN | 1u << VT_NET_DUMMY |                       \
		1u << VT_NET_LOOPBACK | 1u << VT_NET_OTHER)

extern const struct vt_types vt_net_types;

/** vt_net_row() - the row of a type */
const struct vt_type *vt_net_row(enum vt_net_type id);
/** vt_net_is_interface() - whether an entry is an interface */
bool vt_net_is_interface(const struct vt_dev *d);
/** vt_net_is_used() - whether a bond, a bridge or a VLAN is made of it */
bool vt_net_is_used(const struct vt_dev *d);
/** vt_net_is_port() - whether a bond or a bridge is made of it */
bool vt_net_is_port(const struct vt_dev *d);
/** vt_net_is_off() - whether it is an interface that is not brought up at boot,
 * or what such a one has */
bool vt_net_is_off(const struct vt_dev *d);
/** vt_net_is_default() - whether it is a default route of the main table */
bool vt_net_is_default(const struct vt_dev *d);

#endif
