/* The names of NICs in the installed system, by their MAC addresses. */
#ifndef NETWORK_NAMES_H
#define NETWORK_NAMES_H

#include "graph/graph.h"

/** network_names_write() - write what gives the NICs of a config their names:
 * rules of udev; and for names such as eth0, which the kernel gives, a service,
 * because udev cannot exchange two of them */
int network_names_write(
	const struct vt_graph *g, const char *root, struct vt_err **err);

#endif
