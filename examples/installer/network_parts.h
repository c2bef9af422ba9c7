/* What the renderers of a network config share: the names of interfaces, what
 * they are used for, and writing files in the target.
 */
#ifndef NETWORK_PARTS_H
#define NETWORK_PARTS_H

#include "base/err.h"
#include "network/ip.h"
#include "network/net_types.h"

/** net_name() - the name of an interface in the installed system; NULL if the
 * config does not say it */
const char *net_name(const struct vt_dev *d);
/** net_has() - whether an entry has a field */
bool net_has(const struct vt_dev *d, const char *word);
/** net_is_made() - whether it is created: no NIC, and not the loopback */
bool net_is_made(const struct vt_dev *d);
/** net_is_reference() - whether a config has no entry of it, but names it */
bool net_is_reference(const struct vt_dev *d);
/** net_master() - the bond or bridge that it is a member of, or NULL */
const struct vt_dev *net_master(const struct vt_dev *d);
/** net_starts() - whether it is brought up at boot */
bool net_starts(const struct vt_dev *d);
/** net_is_of() - whether an entry of a type belongs to an interface; a route
 * without an interface belongs to the one through which its gateway is reached
 */
bool net_is_of(const struct vt_graph *g, const struct vt_dev *part,
	enum vt_net_type type, const struct vt_dev *d);
/** net_route_dev() - the interface of a route, or NULL */
const struct vt_dev *net_route_dev(
	const struct vt_graph *g, const struct vt_dev *route);
/** net_reaches() - whether an address is in a network of the interface */
bool net_reaches(const struct vt_dev *d, const char *address);
/** net_is_onlink() - whether the gateway of a route is taken to be on the link:
 * also in version 1, if it is in no network of the interface, as ifupdown's
 * option `gateway` does */
bool net_is_onlink(const struct vt_graph *g, const struct vt_dev *route,
	const struct vt_dev *d);
/** net_family() - 4 or 6, of an address, a route or a rule */
int net_family(const struct vt_dev *part);
/** net_mtu() - of the interface, 0: not asked for. That of IPv6 cannot be
 * larger. */
uint64_t net_mtu(const struct vt_dev *d);
/** net_port_number() - of a bridge's `path-cost` or `port-priority`, or -1 */
long net_port_number(
	const struct vt_dev *bridge, const char *word, const char *port);

/** net_write() - write a file of the target, and make its directory
 * @path: in the target, with a '/' at its start */
int net_write(const char *root, const char *path, const char *text, int mode,
	struct vt_err **err);
/** net_exists() - whether the target has a file */
bool net_exists(const char *root, const char *path);

#endif
