/* The types of entries in a network config: one row per type.
 *
 * In version 1, an entry says its type (`type: bond`). In version 2, entries of
 * one type are in a section (`bonds: {bond0: ...}`).
 */
#ifndef VT_NET_TYPES_H
#define VT_NET_TYPES_H

#include <stdbool.h>
#include <stddef.h>

enum vt_net_kind {
	VT_NET_ANY,
	VT_NET_STRING,
	VT_NET_PREFIX,  /* a string NETWORK/LENGTH */
	VT_NET_STRINGS, /* a list of strings */
	VT_NET_WORDS,   /* a string or a list of strings */
	VT_NET_MAP,
	VT_NET_SUBNETS, /* a list of maps with the keys of vt_net_subnet */
	VT_NET_ROUTES,  /* a list of maps with the keys of vt_net_route */
};

struct vt_net_key {
	const char *word;
	enum vt_net_kind kind;
	bool needed;
};

struct vt_net_type {
	long version;
	const char *word; /* the type, or the section */
	bool nic;         /* an entry may be a NIC of the machine */
	const struct vt_net_key *keys; /* that curtin reads, up to one without
					  a word; NULL: it reads none */
};

/** vt_net_type_at() - row i of a version; NULL after the last */
const struct vt_net_type *vt_net_type_at(long version, size_t i);
/** vt_net_type_find() - by its word, or NULL */
const struct vt_net_type *vt_net_type_find(long version, const char *word);

extern const struct vt_net_key vt_net_subnet[], vt_net_route[];

#endif
