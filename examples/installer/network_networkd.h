/* A network config as files of systemd-networkd. */
#ifndef NETWORK_NETWORKD_H
#define NETWORK_NETWORKD_H

#include "base/str.h"
#include "graph/graph.h"

/** networkd_write() - write the files of a config that network_check() accepts,
 * in /etc/systemd/network: 10-NUMBER-NAME.netdev of what is created, and
 * .network of each interface; and enable the service */
int networkd_write(
	const struct vt_graph *g, const char *root, struct vt_err **err);

/** networkd_netdev() - the .netdev file of a bond, a bridge, a VLAN or a dummy
 * (network_netdev.c) */
void networkd_netdev(const struct vt_dev *d, struct vt_str *out);

/* A line of a section. */
enum networkd_form {
	NETWORKD_TEXT,
	NETWORKD_NUMBER,
	NETWORKD_YES,
	NETWORKD_MS,         /* of a number of milliseconds */
	NETWORKD_HUNDREDTHS, /* of a second */
};
struct networkd_line {
	const char *word, *option;
	enum networkd_form form;
};
/** networkd_lines() - those of which the entry has the field; the last row has
 * no word */
void networkd_lines(const struct vt_dev *d, const struct networkd_line *lines,
	struct vt_str *out);

#endif
