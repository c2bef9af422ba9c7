/* The types of entries in a network config: one row per type.
 *
 * In version 1, an entry says its type (`type: bond`). In version 2, entries of
 * one type are in a section (`bonds: {bond0: ...}`).
 */
#ifndef VT_NET_TYPES_H
#define VT_NET_TYPES_H

#include <stdbool.h>
#include <stddef.h>

struct vt_net_type {
	long version;
	const char *word;      /* the type, or the section */
	bool nic;              /* an entry may be a NIC of the machine */
	const char *needed[4]; /* keys that an entry must have, up to NULL */
};

/** vt_net_type_at() - row i of a version; NULL after the last */
const struct vt_net_type *vt_net_type_at(long version, size_t i);
/** vt_net_type_find() - by its word, or NULL */
const struct vt_net_type *vt_net_type_find(long version, const char *word);

#endif
