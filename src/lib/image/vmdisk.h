/* The images behind a guest's disks: made whole, or not at all.
 *
 * Raw ones are sparse files; qcow2 is written by qemu-img. An image
 * gets its name when it is complete, and replaces an older one in one step.
 */
#ifndef VT_VMDISK_H
#define VT_VMDISK_H

#include <stdint.h>

#include "base/err.h"
#include "base/tmp.h"

/** vt_vmdisk_raw() - all zeros; directories are made as needed */
int vt_vmdisk_raw(const char *path, uint64_t bytes, struct vt_err **err);

/**
 * vt_vmdisk_qcow2() - empty, in the older format (compat=0.10): libqcow reads
 * the newer one's zero clusters wrong
 */
int vt_vmdisk_qcow2(const char *path, uint64_t bytes, struct vt_err **err);

/**
 * vt_vmdisk_copy() - a raw copy of another image, holes left out, so that the
 * other one is never written to
 * Errors: VT_HOST; also for an image of no known format
 */
int vt_vmdisk_copy(const char *path, const char *from, struct vt_err **err);

/**
 * vt_vmdisk_overlay() - a qcow2 that takes the writes of a disk
 * @base: absolute, or relative to the directory of `path`
 * @base_format: raw or qcow2
 * Errors: VT_HOST; also for a base that is missing
 */
int vt_vmdisk_overlay(const char *path, const char *base,
	const char *base_format, struct vt_err **err);

/**
 * vt_vmdisk_scratch() - an overlay without a name, which goes with us
 * @t: t->tmp is what QEMU opens, for as long as t is open
 * @base: absolute
 * Errors: VT_HOST
 */
int vt_vmdisk_scratch(struct vt_tmp *t, const char *base,
	const char *base_format, struct vt_err **err);

/** vt_vmdisk_format() - "raw" or "qcow2"; Errors: VT_HOST for others */
const char *vt_vmdisk_format(const char *path, struct vt_err **err);

#endif
