/* Disk images as plain bytes: raw files, block devices, and qcow2.
 *
 *	VT_AUTO_QCOW struct vt_qcow *disk = vt_qcow_open(path, 0, err);
 *	if (!disk || vt_qcow_read(disk, buf, 512, 0, err) < 0) return -1;
 *
 * libqcow reads qcow2, but some images it reads wrong without a word (zero
 * clusters, overlays, encryption). So the header and both levels of tables
 * are looked at first; what libqcow is not known to read right goes through
 * 'qemu-img convert' into an unlinked temporary file under $TMPDIR.
 *
 * The format is told from the first four bytes. Where a guest may have written
 * them, an image that names other files must not be obeyed: backing files are
 * refused unless VT_QCOW_BACKING is given, and even then only local files.
 *
 * Ownership: the caller frees the disk; it stays valid when the file is
 * renamed or removed. Failure: VT_USAGE for a missing file, VT_FAILED never,
 * VT_HOST for all else (unreadable, corrupt, encrypted, disk full).
 */
#ifndef VT_QCOW_H
#define VT_QCOW_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct vt_qcow;

enum vt_qcow_flags {
	VT_QCOW_BACKING = 1, /* follow the names of backing files */
};

/**
 * vt_qcow_open() - open an image for reading
 * @path: a file or a block device; "-" is standard input. A pipe is first
 *   copied into a temporary file.
 * Return: the disk, or NULL
 */
struct vt_qcow *vt_qcow_open(
	const char *path, unsigned flags, struct vt_err **err);

/** vt_qcow_size() - what the guest saw as the size of its disk, in bytes */
uint64_t vt_qcow_size(const struct vt_qcow *disk);

/** vt_qcow_reader() - "raw", "libqcow", or "qemu-img: WHY" */
const char *vt_qcow_reader(const struct vt_qcow *disk);

/**
 * vt_qcow_read() - read exactly `len` bytes at `offset`
 * Errors: VT_HOST, also for a range that passes the end of the disk
 */
int vt_qcow_read(struct vt_qcow *disk, void *buf, size_t len, uint64_t offset,
	struct vt_err **err);

/**
 * vt_qcow_fd() - a descriptor whose file holds the disk's bytes, for libraries
 * that want a file; a disk read by libqcow is converted now
 * Return: a descriptor that the disk owns, or -1
 */
int vt_qcow_fd(struct vt_qcow *disk, struct vt_err **err);

void vt_qcow_free(struct vt_qcow *disk);
void vt_qcow_freep(struct vt_qcow **disk);
#define VT_AUTO_QCOW __attribute__((cleanup(vt_qcow_freep)))

#endif
