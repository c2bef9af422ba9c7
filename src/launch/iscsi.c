/* The machine's iSCSI disks: starts the server, saves the targets and inserts
 * them into the installer's config. */
#include <string.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "launch.h"

enum { MAX_CONFIG = 16 << 20 };

/* Write install/config.yaml: config.yaml.in with the targets inserted. */
static int write_config(const struct launch *l, struct vt_err **err)
{
	VT_AUTO_FREE char *from = vt_fs_join(l->dir, "install/config.yaml.in");
	VT_AUTO_FREE char *to = vt_fs_join(l->dir, "install/config.yaml");
	if (!vt_fs_exists(from))
		return 0;
	VT_AUTO_FREE char *text = vt_fs_read(from, MAX_CONFIG, NULL, err);
	if (!text)
		return -1;
	VT_AUTO_FREE char *filled = vt_iscsi_fill(&l->iscsi, text);
	return vt_fs_write(to, filled, strlen(filled), 0600, err);
}

static int start_in_test(struct launch *l, struct vt_err **err)
{
	VT_AUTO_FREE char *dir = vt_fs_join(l->dir, "install/tgt");
	VT_AUTO_FREE char *file = vt_fs_join(l->dir, "install/iscsi.yaml");
	if (vt_iscsi_start(&l->iscsi, dir, err) < 0 ||
		vt_iscsi_save(&l->iscsi, file, err) < 0)
		return -1;
	return write_config(l, err);
}

int launch_iscsi(struct launch *l, struct vt_err **err)
{
	if (vt_iscsi_plan(&l->iscsi, &l->vm.machine, err) < 0)
		return -1;
	if (!l->iscsi.n)
		return 0;
	if (l->dir)
		return start_in_test(l, err);
	l->tgt_dir = vt_fs_tmpdir("vt-launch", err);
	if (!l->tgt_dir || vt_iscsi_start(&l->iscsi, l->tgt_dir, err) < 0)
		return -1;
	vt_log_info("iSCSI server for the guest: %s:%ld", l->iscsi.host,
		l->iscsi.port);
	return 0;
}

void launch_iscsi_stop(struct launch *l)
{
	vt_iscsi_stop(&l->iscsi);
	vt_fs_rmtreep(&l->tgt_dir);
	l->tgt_dir = NULL;
}
