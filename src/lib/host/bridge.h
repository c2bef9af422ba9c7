/* Linux bridges in the network namespace of this process.
 *
 * The functions use ioctls and netlink, not /sys, which shows the namespace of
 * the process that mounted it.
 */
#ifndef VT_BRIDGE_H
#define VT_BRIDGE_H

#include <netinet/in.h>

#include "base/err.h"

/**
 * vt_bridge_check() - check that the bridge exists
 * Errors: VT_HOST, listing the bridges that exist
 */
int vt_bridge_check(const char *name, struct vt_err **err);

/**
 * vt_bridge_address() - the host's first IPv4 address on a bridge, at which
 * guests reach the host
 * Errors: VT_HOST when the bridge does not exist or has no IPv4 address
 */
int vt_bridge_address(
	const char *name, struct in_addr *address, struct vt_err **err);

/**
 * vt_bridge_add() - add a network device to a bridge, with the bridge's MTU,
 * and bring it up
 * Return: 0, or -1 with errno
 */
int vt_bridge_add(const char *name, const char *device);

#endif
