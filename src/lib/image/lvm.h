/* LVM2 physical volumes, looked at offline: the label, and the volume group
 * that its metadata describes.
 *
 *	VT_AUTO_LVM struct vt_lvm lvm = {0};
 *	int rc = vt_lvm_read("disk.img", offset, size, &lvm, err);
 *	if (rc == 1 && lvm.group.name) ... lvm.group.lvs[0].name ...
 *
 * No device-mapper, no privilege. Bytes of a disk are hostile: every size is
 * bounded before anything is allocated, and checksums that do not fit make the
 * metadata absent. Source: lib/label/label.h, lib/format_text/layout.h and
 * lib/format_text/import_vsn1.c of lvm2.
 */
#ifndef VT_LVM_H
#define VT_LVM_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* A physical volume that the group has. */
struct vt_lvm_pv {
	char *name; /* in the metadata alone: pv0 */
	char *uuid; /* without dashes */
	uint64_t start_bytes, extents;
};

/* Extents in a row on a physical volume. */
struct vt_lvm_stripe {
	size_t pv; /* index */
	uint64_t extent;
};

/* A part of a volume. */
struct vt_lvm_segment {
	char *type; /* "striped", which a linear one is too, "thin-pool", ... */
	uint64_t start_extent, extents;
	struct vt_lvm_stripe *stripes; /* NULL: of a type that has none */
	size_t n;                      /* each has as many of the extents */
	uint64_t stripe_bytes;         /* before it is the next one's turn */
};

struct vt_lvm_lv {
	char *name;
	uint64_t extents;
	struct vt_lvm_segment *segments; /* in order, without gaps */
	size_t n;
};

struct vt_lvm_group {
	char *name; /* NULL: the metadata is not there or cannot be read */
	uint64_t seqno, extent_bytes;
	struct vt_lvm_pv *pvs;
	struct vt_lvm_lv *lvs;
	size_t n_pvs, n_lvs;
};

struct vt_lvm {
	char uuid[33]; /* of this physical volume, without dashes */
	struct vt_lvm_group group;
};

/**
 * vt_lvm_read() - the physical volume in a stretch of an image
 * Return: 1, 0 there is no label, -1 the image cannot be read
 */
int vt_lvm_read(const char *path, uint64_t offset_bytes, uint64_t size_bytes,
	struct vt_lvm *out, struct vt_err **err);
void vt_lvm_free(struct vt_lvm *lvm);
#define VT_AUTO_LVM __attribute__((cleanup(vt_lvm_free)))

/** vt_lvm_group_parse() - metadata in its text form
 * Return: 1, 0 it is not such a text, or describes what cannot be */
int vt_lvm_group_parse(const char *text, size_t len, struct vt_lvm_group *out);
void vt_lvm_group_free(struct vt_lvm_group *group);

/** vt_lvm_checksum() - as LVM puts it on labels and metadata */
uint32_t vt_lvm_checksum(uint32_t start, const void *data, size_t len);
#define VT_LVM_CHECKSUM_START 0xf597a6cfu

#endif
