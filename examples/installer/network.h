/* The network of the installed system. */
#ifndef NETWORK_H
#define NETWORK_H

#include "base/err.h"

/**
 * network_dhcp() - at each boot, DHCP on the interfaces that have a carrier
 * now: what curtin does without a network config Source: /sys/class/net; writes
 * for ifupdown
 */
int network_dhcp(const char *root, struct vt_err **err);

#endif
