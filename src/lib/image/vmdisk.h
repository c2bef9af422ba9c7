/* Creation of disk images for guests.
 *
 * An image gets its name when it is complete, and atomically replaces an older
 * one. Missing directories are created. Raw images are sparse files; qcow2
 * images are made by qemu-img. Errors: VT_HOST.
 */
#ifndef VT_VMDISK_H
#define VT_VMDISK_H

#include <stdint.h>

#include "base/err.h"
#include "base/tmp.h"

/** vt_vmdisk_raw() - create a raw image of zeros */
int vt_vmdisk_raw(const char *path, uint64_t bytes, struct vt_err **err);

/**
 * vt_vmdisk_qcow2() - create an empty qcow2 image, in the older format
 * (compat=0.10), since libqcow misreads the zero clusters of the newer one
 */
int vt_vmdisk_qcow2(const char *path, uint64_t bytes, struct vt_err **err);

/**
 * vt_vmdisk_copy() - create a sparse raw copy of another image
 * @format: of `from`, raw or qcow2
 * @bytes: the copy has as many if `from` has fewer
 * Errors: VT_HOST
 */
int vt_vmdisk_copy(const char *path, const char *from, const char *format,
	uint64_t bytes, struct vt_err **err);

/**
 * vt_vmdisk_overlay() - create a qcow2 overlay, which receives all writes, so
 * that the base stays unchanged
 * @base: absolute, or relative to the directory of `path`
 * @base_format: raw or qcow2
 * @bytes: the overlay has as many if its base has fewer
 * Errors: VT_HOST; also for a missing base
 */
int vt_vmdisk_overlay(const char *path, const char *base,
	const char *base_format, uint64_t bytes, struct vt_err **err);

/**
 * vt_vmdisk_scratch() - create an overlay without a name, which disappears when
 * this process ends
 * @t: receives it; QEMU opens t->tmp, as long as t is open
 * @base: absolute
 * @bytes: as above
 */
int vt_vmdisk_scratch(struct vt_tmp *t, const char *base,
	const char *base_format, uint64_t bytes, struct vt_err **err);

/** vt_vmdisk_size() - the size of the disk that a guest sees, in bytes
 * @format: as vt_vmdisk_format() says */
int vt_vmdisk_size(const char *path, const char *format, uint64_t *bytes,
	struct vt_err **err);

/** vt_vmdisk_name() - a path as QEMU and qemu-img take it; they would take that
 * of a file 'nbd:x' for a protocol. Return: owned */
char *vt_vmdisk_name(const char *path);

/** vt_vmdisk_format() - Errors: VT_USAGE; Return: "raw" or "qcow2"; NULL for
 * other formats */
const char *vt_vmdisk_format(const char *path, struct vt_err **err);

#endif
