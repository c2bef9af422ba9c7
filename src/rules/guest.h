/* The machine of a test: disks, NICs and firmware, derived from its config
 * and overridden by keys of the definition.
 *
 *	VT_AUTO_GUEST struct vt_guest m = {0};
 *	if (vt_guest_plan(&m, &def, &storage, err) < 0 ||
 *		vt_guest_nics(&m, &network, "basic", err) < 0)
 *		return -1;
 */
#ifndef VT_RULES_GUEST_H
#define VT_RULES_GUEST_H

#include "base/str.h"
#include "graph/graph.h"
#include "keys.h"
#include "qemu/machine.h"

struct vt_guest_disk {
	char *path; /* relative to the test's directory: disks/NAME.img */
	const char *driver;
	uint64_t size_bytes;
	struct vt_dev *entry;     /* NULL: not in the config */
	const char *auth, *iauth; /* of an iSCSI disk, or NULL */
	const char *from;         /* image to copy initially, or NULL */
	/* finished disk of another test that this one is an overlay on, as
	 * `path`; or NULL */
	char *base;
	const char *base_format;
	bool multipath; /* the config names a map of several paths */
	bool boots;     /* GRUB is installed to it */
};

/** vt_guest_disk_is_overlay() - whether it is a qcow2 overlay on another test's
 * disk; an iSCSI server needs a copy, since it reads raw images only */
bool vt_guest_disk_is_overlay(const struct vt_guest_disk *d);

struct vt_guest {
	struct vt_guest_disk *disks;
	size_t n_disks;
	struct vt_strv macs;
	struct vt_strv notes; /* of the network config, for --plan */
	long mem_mib, cpus, block_size_bytes;
	enum vt_firmware firmware;
	char *bios; /* firmware file instead, or NULL */
	/* of another test, as the paths of disks; or NULL */
	char *nvram_from, *tpm_from;
};

int vt_guest_plan(struct vt_guest *m, const struct vt_def *def,
	struct vt_graph *storage, struct vt_err **err);
/** vt_guest_disks() - the disks alone: those of the config, in an order that
 * gives each the path by which the config names it, and those of the
 * definition's lists */
int vt_guest_disks(struct vt_guest *m, const struct vt_def *def,
	struct vt_graph *storage, struct vt_err **err);
void vt_guest_free(struct vt_guest *m);
#define VT_AUTO_GUEST __attribute__((cleanup(vt_guest_free)))

/** vt_guest_nics() - MAC addresses of the NICs of a network config, in its
 * order: those that it names, and others for NICs without one. Without a NIC in
 * the config there is one. */
int vt_guest_nics(struct vt_guest *m, const struct vt_graph *network,
	const char *test, struct vt_err **err);

#endif
