/* Creates the disk images of the install phase. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/tmp.h"
#include "host/tpm.h"
#include "image/vmdisk.h"
#include "launch.h"
#include "qemu/nvram.h"

/* By hand, a file that is missing is a mistake; a test's is an image. */
static int must_exist(const struct launch *l, const char *what,
	const char *path, struct vt_err **err)
{
	if (!path || access(path, R_OK) == 0)
		return 0;
	bool missing = errno == ENOENT || errno == ENOTDIR;
	vt_err_errno(err, "%s '%s'", what, path);
	if (missing && !l->dir && err)
		(*err)->status = VT_USAGE;
	if (missing && l->dir)
		vt_err_wrap(err, "an image is missing (run 'make image')");
	return -1;
}

/* Without a test: directories that do not exist are typing errors, and an
 * existing disk has its size. */
static int check_disks(const struct launch *l, struct vt_err **err)
{
	const struct vt_machine *m = &l->vm.machine;
	for (size_t i = l->own_disk; !l->dir && i < m->n_disks; i++) {
		const struct vt_disk *d = &m->disks[i];
		uint64_t bytes;
		if (!vt_fs_exists(d->path)) {
			if (vt_fs_need_dir(d->path, err) < 0)
				return -1;
			continue;
		}
		if (!d->sized)
			continue;
		if (vt_vmdisk_size(d->path, d->format, &bytes, err) < 0)
			return -1;
		if (bytes != d->size)
			return vt_err_set(err, VT_USAGE,
				"disk '%s' exists and has %llu bytes, not "
				"%llu: remove it, or leave out the size",
				d->path, (unsigned long long)bytes,
				(unsigned long long)d->size);
	}
	return m->tpm && !l->dir ? vt_fs_need_dir(m->tpm, err) : 0;
}

int launch_check_files(const struct launch *l, struct vt_err **err)
{
	const struct vt_machine *m = &l->vm.machine;
	if (l->vm.missing)
		return vt_err_set(err, VT_HOST, "%s", l->vm.missing);
	if (must_exist(l, "kernel", m->kernel, err) < 0 ||
		must_exist(l, "initrd", m->initrd, err) < 0 ||
		must_exist(l, "image", m->image.path, err) < 0)
		return -1;
	for (size_t i = 0; i < l->vm.n_published; i++)
		if (must_exist(l, "file to publish", l->vm.published[i].path,
			    err) < 0)
			return -1;
	return check_disks(l, err);
}

/* A test gets the TPM of another test, or a new one; without a test, an
 * existing one is kept. */
static int make_tpm(struct launch *l, struct vt_err **err)
{
	const char *tpm = l->vm.machine.tpm, *from = l->vm.machine.tpm_from;
	if (!tpm || (!l->dir && vt_fs_exists(tpm)))
		return 0;
	if ((from ? vt_tpm_copy(from, tpm, err) : vt_tpm_fresh(tpm, err)) < 0)
		return -1;
	vt_strv_add(&l->made, tpm);
	return 0;
}

/* The guest writes to an overlay: the user's boot image must not change. */
static int make_boot_overlay(struct launch *l, struct vt_err **err)
{
	struct vt_disk *d = &l->vm.machine.image;
	if (!l->boot_image)
		return 0;
	VT_AUTO_FREE char *base = realpath(l->boot_image, NULL);
	const char *format = vt_vmdisk_format(l->boot_image, err);
	if (!format)
		return -1;
	if (!base)
		return vt_err_errno(err, "cannot find '%s'", l->boot_image);
	if (vt_vmdisk_scratch(&l->overlay, base, format, 0, err) < 0)
		return -1;
	d->path = l->overlay.tmp;
	d->format = "qcow2";
	d->read_only = false;
	return 0;
}

/* A temporary disk to install on, if no --disk was given. */
static int make_own_disk(struct launch *l, struct vt_err **err)
{
	struct vt_disk *d = &l->vm.machine.disks[0];
	if (vt_tmp_scratch(&l->disk, 0600, err) < 0)
		return -1;
	if (ftruncate(l->disk.fd, (off_t)d->size) < 0)
		return vt_err_errno(err, "cannot create a temporary disk");
	d->path = l->disk.tmp;
	return 0;
}

/* Create a disk on or from that of another test, which is not changed. The
 * overlay's base is relative to disks/, so that TOPDIR can be moved. tgtd reads
 * raw images only. */
static int make_used(const struct vt_disk *d, struct vt_err **err)
{
	VT_AUTO_FREE char *base =
		vt_fs_join("..", vt_node_text(vt_node_get(d->node, "base")));
	if (!vt_fs_exists(d->base))
		return vt_node_err(d->node, err,
			"'%s' is missing: run the install phase of its test "
			"again",
			d->base);
	return vt_disk_is_iscsi(d) ? vt_vmdisk_copy(d->path, d->base,
					     d->base_format, d->size, err)
				   : vt_vmdisk_overlay(d->path, base,
					     d->base_format, d->size, err);
}

/* Create a disk as a copy of an image of the user's. */
static int make_copy(const struct vt_disk *d, struct vt_err **err)
{
	const char *format = vt_vmdisk_format(d->from, err);
	return format ? vt_vmdisk_copy(d->path, d->from, format, 0, err) : -1;
}

static int make_disk(
	struct launch *l, const struct vt_disk *d, struct vt_err **err)
{
	bool empty = !d->from && !d->base;
	if (!l->dir && vt_fs_exists(d->path))
		return 0;
	if (l->dir && empty && !d->size)
		return vt_node_err(d->node, err,
			"'size' is missing: the install phase needs it to "
			"create the disk");
	if ((d->base          ? make_used(d, err)
		    : d->from ? make_copy(d, err)
			      : vt_vmdisk_raw(d->path, d->size, err)) < 0)
		return -1;
	vt_strv_add(&l->made, d->path);
	return 0;
}

int launch_make_disks(struct launch *l, struct vt_err **err)
{
	const struct vt_machine *m = &l->vm.machine;
	if (l->own_disk && make_own_disk(l, err) < 0)
		return -1;
	for (size_t i = 0; i < m->n_disks; i++)
		if (make_disk(l, &m->disks[i], err) < 0)
			return -1;
	/* without a test, an existing NVRAM is kept for the next run */
	if (vt_nvram_make(m, l->dir != NULL, &l->made, err) < 0 ||
		make_tpm(l, err) < 0)
		return -1;
	return make_boot_overlay(l, err);
}

void launch_drop_disks(const struct launch *l)
{
	for (size_t i = 0; i < l->made.n; i++)
		vt_fs_rmtree(l->made.v[i], NULL);
}
