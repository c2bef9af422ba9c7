/* The NICs of a network config, version 1 or 2: the section `network`.
 *
 *	VT_AUTO_NICS struct vt_nics net = {0};
 *	if (vt_nics_read(&net, config_root, err) < 0) return -1;
 *
 * Texts point into the document, which must outlive the result. A config is
 * checked for what curtin fails with or ignores; what it hands on to the
 *installed system is not checked further.
 */
#ifndef VT_NICS_H
#define VT_NICS_H

#include "data/doc.h"

/* A NIC that the machine must have. */
struct vt_net_nic {
	const char *name; /* by which the config refers to it */
	const char *mac;  /* NULL: any */
	const struct vt_node *at;
};

struct vt_nics {
	struct vt_net_nic *v; /* in the config's order */
	size_t n;
	struct vt_strv notes; /* "file:line:column: ..." of ignored entries */
};

/**
 * vt_nics_read() - a config without the section gives none; to be freed even
 * after an error
 * Errors: VT_USAGE with file:line:column
 */
int vt_nics_read(
	struct vt_nics *net, const struct vt_node *config, struct vt_err **err);

void vt_nics_free(struct vt_nics *net);
#define VT_AUTO_NICS __attribute__((cleanup(vt_nics_free)))

#endif
