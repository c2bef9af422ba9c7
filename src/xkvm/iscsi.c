/* The disks that the guest reaches over the network: names, secrets and the
 * server's port are those that the installed system was given. */
#include "base/fs.h"
#include "base/mem.h"
#include "xkvm.h"

int xkvm_iscsi(struct xkvm *x, struct vt_err **err)
{
	const struct vt_machine *m = &x->vm.machine;
	for (size_t i = 0; !x->dir && i < m->n_disks; i++)
		if (vt_disk_is_iscsi(&m->disks[i]))
			return vt_err_set(err, VT_USAGE,
				"'%s': only a test's directory says which "
				"iSCSI target it was (use vt-launch)",
				m->disks[i].path);
	if (!x->dir)
		return 0;
	VT_AUTO_FREE char *dir = vt_fs_join(x->dir, "boot/tgt");
	VT_AUTO_FREE char *note = vt_fs_join(x->dir, "install/iscsi.yaml");
	if (vt_iscsi_load(&x->iscsi, m, note, err) < 0)
		return -1;
	return vt_iscsi_start(&x->iscsi, dir, err);
}
