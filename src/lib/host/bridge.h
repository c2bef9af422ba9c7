/* Linux bridges of this host, as this process' network namespace has them.
 *
 * Asked from the kernel, not from /sys: that shows the namespace of whoever
 * mounted it.
 */
#ifndef VT_BRIDGE_H
#define VT_BRIDGE_H

#include <netinet/in.h>

#include "base/err.h"

/**
 * vt_bridge_check() - that there is a bridge of that name
 * Errors: VT_HOST, naming those that exist
 */
int vt_bridge_check(const char *name, struct vt_err **err);

/**
 * vt_bridge_address() - the host's first IPv4 address on a bridge: where its
 * guests reach us
 * Errors: VT_HOST when there is no such bridge, or no address on it
 */
int vt_bridge_address(
	const char *name, struct in_addr *address, struct vt_err **err);

/**
 * vt_bridge_add() - a network device becomes a port of a bridge, with its MTU,
 * and is up
 * Return: 0, or -1 with errno
 */
int vt_bridge_add(const char *name, const char *device);

#endif
