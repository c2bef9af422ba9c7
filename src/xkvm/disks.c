#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "host/tpm.h"
#include "image/vmdisk.h"
#include "qemu/nvram.h"
#include "xkvm.h"

static const char nvram_copy[] = "boot/ovmf_vars.fd", tpm_copy[] = "boot/tpm";

/* boot/NAME.qcow2 for disks/NAME.img. For iSCSI disks boot/NAME.img, a sparse
 * copy, because tgtd reads raw images only. */
static char *overlay_path(const struct xkvm *x, const struct vt_disk *d)
{
	const char *name = vt_fs_basename(d->path);
	size_t n = strlen(name) - (vt_str_ends(name, ".img") ? 4 : 0);
	VT_AUTO_FREE char *file = vt_printf("boot/%.*s.%s", (int)n, name,
		vt_disk_is_iscsi(d) ? "img" : "qcow2");
	return vt_fs_join(x->dir, file);
}

/* The overlay's base, relative to boot/, so that the test's directory can be
 * moved. */
static char *base_of(const struct vt_disk *d)
{
	const char *written = vt_node_text(vt_node_get(d->node, "path"));
	return vt_fs_join("..", written);
}

static int must_exist(const char *path, const char *tool, struct vt_err **err)
{
	if (vt_fs_exists(path))
		return 0;
	return vt_err_set(err, VT_HOST,
		"'%s' is missing: run %s first, which creates it", path, tool);
}

static int make_overlay(
	struct xkvm *x, const struct vt_disk *d, struct vt_err **err)
{
	VT_AUTO_FREE char *path = overlay_path(x, d);
	VT_AUTO_FREE char *base = base_of(d);
	if (must_exist(d->path, "vt-launch", err) < 0)
		return -1;
	int rc = vt_disk_is_iscsi(d)
			 ? vt_fs_copy(d->path, path, 0644, err)
			 : vt_vmdisk_overlay(path, base, d->format, 0, err);
	if (rc < 0)
		return -1;
	vt_strv_add(&x->made, path);
	return 0;
}

static int make_nvram(struct xkvm *x, struct vt_err **err)
{
	const struct vt_machine *m = &x->vm.machine;
	VT_AUTO_FREE char *copy = vt_fs_join(x->dir, nvram_copy);
	if (!vt_nvram_used(m))
		return 0;
	if (must_exist(m->nvram, "vt-launch", err) < 0 ||
		vt_fs_copy(m->nvram, copy, 0644, err) < 0)
		return -1;
	vt_strv_add(&x->made, copy);
	return 0;
}

static int make_tpm(struct xkvm *x, struct vt_err **err)
{
	const char *tpm = x->vm.machine.tpm;
	VT_AUTO_FREE char *copy = vt_fs_join(x->dir, tpm_copy);
	if (!tpm)
		return 0;
	if (must_exist(tpm, "vt-launch", err) < 0 ||
		vt_tpm_copy(tpm, copy, err) < 0)
		return -1;
	vt_strv_add(&x->made, copy);
	return 0;
}

static int make_output(struct xkvm *x, struct vt_err **err)
{
	const struct vt_disk *d = &x->vm.machine.output;
	if (!d->path)
		return 0;
	if (vt_vmdisk_qcow2(d->path, d->size, err) < 0)
		return -1;
	vt_strv_add(&x->made, d->path);
	return 0;
}

int xkvm_make_disks(struct xkvm *x, struct vt_err **err)
{
	const struct vt_machine *m = &x->vm.machine;
	if (m->seed.path && must_exist(m->seed.path, "vt-seed", err) < 0)
		return -1;
	for (size_t i = 0; i < m->n_disks; i++)
		if (make_overlay(x, &m->disks[i], err) < 0)
			return -1;
	if (make_nvram(x, err) < 0 || make_tpm(x, err) < 0)
		return -1;
	return make_output(x, err);
}

void xkvm_use_disks(struct xkvm *x)
{
	struct vt_machine *m = &x->vm.machine;
	for (size_t i = 0; i < m->n_disks; i++) {
		struct vt_disk *d = &m->disks[i];
		d->path = vt_machine_own(m, overlay_path(x, d));
		d->format = vt_disk_is_iscsi(d) ? "raw" : "qcow2";
	}
	if (m->nvram)
		m->nvram = vt_machine_own(m, vt_fs_join(x->dir, nvram_copy));
	if (m->tpm)
		m->tpm = vt_machine_own(m, vt_fs_join(x->dir, tpm_copy));
}

void xkvm_drop_disks(const struct xkvm *x)
{
	for (size_t i = 0; i < x->made.n; i++)
		vt_fs_rmtree(x->made.v[i], NULL);
}
