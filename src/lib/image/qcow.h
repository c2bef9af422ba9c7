/* Reading of disk images as raw bytes: raw files, block devices, and qcow2.
 *
 *	VT_AUTO_QCOW struct vt_qcow *disk = vt_qcow_open(path, 0, err);
 *	if (!disk || vt_qcow_read(disk, buf, 512, 0, err) < 0) return -1;
 *
 * libqcow reads qcow2, but silently returns wrong data for some images (zero
 * clusters, overlays, encryption). So the header and both levels of tables are
 * checked first; other images are converted with 'qemu-img convert' to an
 * unlinked temporary file in $TMPDIR.
 *
 * The format is detected by the first four bytes, which a guest may have
 * written to make the host read other files. So backing files are refused
 * without VT_QCOW_BACKING, and must be local files with it.
 *
 * Ownership: the caller frees the disk; it stays valid when the file is
 * renamed or removed. Errors: VT_USAGE for a missing file; VT_HOST for all
 * others (unreadable, corrupt, encrypted, disk full).
 */
#ifndef VT_QCOW_H
#define VT_QCOW_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct vt_qcow;

enum vt_qcow_flags {
	VT_QCOW_BACKING = 1, /* allow backing files */
};

/**
 * vt_qcow_open() - open an image for reading
 * @path: a file or a block device; "-": standard input. A pipe is first copied
 *   to a temporary file
 * Return: the disk, or NULL
 */
struct vt_qcow *vt_qcow_open(
	const char *path, unsigned flags, struct vt_err **err);

/** vt_qcow_size() - size of the disk in bytes, as a guest sees it */
uint64_t vt_qcow_size(const struct vt_qcow *disk);

/** vt_qcow_reader() - what reads the image: "raw", "libqcow" or "qemu-img: WHY"
 */
const char *vt_qcow_reader(const struct vt_qcow *disk);

/**
 * vt_qcow_read() - read exactly `len` bytes at `offset`
 * Errors: VT_HOST, also for a range past the end of the disk
 */
int vt_qcow_read(struct vt_qcow *disk, void *buf, size_t len, uint64_t offset,
	struct vt_err **err);

/**
 * vt_qcow_fd() - a file with the raw bytes of the disk, for libraries that need
 * one; an image that libqcow reads is converted
 * Return: a descriptor, owned by the disk; -1
 */
int vt_qcow_fd(struct vt_qcow *disk, struct vt_err **err);

void vt_qcow_free(struct vt_qcow *disk);
void vt_qcow_freep(struct vt_qcow **disk);
#define VT_AUTO_QCOW __attribute__((cleanup(vt_qcow_freep)))

#endif
