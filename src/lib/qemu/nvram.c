#include "qemu/nvram.h"

#include "base/fs.h"
#include "base/mem.h"

bool vt_nvram_used(const struct vt_machine *m)
{
	return m->nvram && m->firmware != VT_FW_BIOS;
}

static const char *packaged(const struct vt_machine *m, struct vt_err **err)
{
	const char *code, *vars;
	return vt_machine_firmware(
		       m->arch, m->firmware, NULL, &code, &vars, err) < 0
		       ? NULL
		       : vars;
}

const char *vt_nvram_start(const struct vt_machine *m, struct vt_err **err)
{
	if (vt_fs_exists(m->nvram))
		return m->nvram;
	return m->nvram_from ? m->nvram_from : packaged(m, err);
}

int vt_nvram_make(const struct vt_machine *m, bool anew, struct vt_strv *made,
	struct vt_err **err)
{
	if (!vt_nvram_used(m) || (!anew && vt_fs_exists(m->nvram)))
		return 0;
	VT_AUTO_FREE char *dir = vt_fs_dirname(m->nvram);
	const char *vars = m->nvram_from ? m->nvram_from : packaged(m, err);
	if (!vars)
		return -1;
	/* in a test's directory; where a user says, a typo would make one */
	if ((anew ? vt_fs_mkdirs(dir, 0755, err)
		  : vt_fs_need_dir(m->nvram, err)) < 0 ||
		vt_fs_copy(vars, m->nvram, 0644, err) < 0)
		return -1;
	if (made)
		vt_strv_add(made, m->nvram);
	return 0;
}
