/* The machine's iSCSI disks: serves them with the names, passwords and port of
 * the install phase, which the installed system has in its configuration. */
#include "base/fs.h"
#include "base/mem.h"
#include "xkvm.h"

int xkvm_iscsi(struct xkvm *x, struct vt_err **err)
{
	const struct vt_machine *m = &x->vm.machine;
	for (size_t i = 0; !x->dir && i < m->n_disks; i++)
		if (vt_disk_is_iscsi(&m->disks[i]))
			return vt_err_set(err, VT_USAGE,
				"disk '%s': driver 'iscsi' needs a test's "
				"directory, which has the target's name and "
				"passwords; without one, use vt-launch",
				m->disks[i].path);
	if (!x->dir)
		return 0;
	VT_AUTO_FREE char *dir = vt_fs_join(x->dir, "boot/tgt");
	VT_AUTO_FREE char *file = vt_fs_join(x->dir, "install/iscsi.yaml");
	if (vt_iscsi_load(&x->iscsi, m, file, err) < 0)
		return -1;
	return vt_iscsi_start(&x->iscsi, dir, err);
}
