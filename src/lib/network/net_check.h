/* The keys of an entry of a network config: those that it needs, and the kinds
 * of their values. */
#ifndef VT_NET_CHECK_H
#define VT_NET_CHECK_H

#include "data/doc.h"
#include "network/net_types.h"

/** vt_net_missing() - the first needed key that a map does not have, or NULL */
const char *vt_net_missing(
	const struct vt_net_key *keys, const struct vt_node *map);

/** vt_net_check_values() - check the values of the keys that a map has
 * Errors: VT_USAGE with file:line:column */
int vt_net_check_values(const struct vt_net_key *keys,
	const struct vt_node *map, struct vt_err **err);

#endif
