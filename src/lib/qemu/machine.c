#include "qemu/machine.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/proc.h"
#include "data/record.h"

void vt_machine_free(struct vt_machine *m)
{
	free(m->disks);
	free(m->nics);
	vt_strv_free(&m->qemu_args);
	vt_strv_free(&m->owned);
}

const char *vt_machine_own(struct vt_machine *m, char *s)
{
	vt_strv_take(&m->owned, s);
	return s;
}

struct vt_disk *vt_machine_add_disk(struct vt_machine *m)
{
	return vt_record_add(&m->disks, &m->n_disks, sizeof(*m->disks));
}

struct vt_nic *vt_machine_add_nic(struct vt_machine *m)
{
	return vt_record_add(&m->nics, &m->n_nics, sizeof(*m->nics));
}

/* Whether an existing NVRAM is for this firmware: firmware with a flash of
 * another size stores its variables in another layout. */
static bool nvram_fits(const char *nvram, const char *vars)
{
	struct stat a, b;
	return !nvram || stat(nvram, &a) < 0 || stat(vars, &b) < 0 ||
	       a.st_size == b.st_size;
}

int vt_machine_firmware(const struct vt_arch *a, enum vt_firmware kind,
	const char *nvram, const char **code, const char **vars,
	struct vt_err **err)
{
	bool known = false, installed = false;
	for (size_t i = 0; i < VT_COUNT(a->uefi) && a->uefi[i].code; i++) {
		if (a->uefi[i].kind != kind)
			continue;
		known = true;
		*code = a->uefi[i].code;
		*vars = a->uefi[i].vars;
		if (!vt_fs_exists(*code) || !vt_fs_exists(*vars))
			continue;
		installed = true;
		if (nvram_fits(nvram, *vars))
			return 0;
	}
	if (installed)
		return vt_err_set(err, VT_USAGE,
			"the size of NVRAM file '%s' does not match any "
			"installed firmware '%s': remove the file, or install "
			"the firmware that created it",
			nvram, vt_firmware_name(kind));
	if (!known)
		return vt_err_set(err, VT_USAGE,
			"architecture %s does not support firmware '%s'",
			a->name, vt_firmware_name(kind));
	return vt_err_set(err, VT_HOST,
		"firmware '%s' for %s is not installed: install the Debian "
		"package '%s'",
		vt_firmware_name(kind), a->name, a->uefi_package);
}

const char *vt_machine_qemu(const struct vt_machine *m)
{
	return m->qemu ? m->qemu : m->arch->qemu;
}

int vt_machine_need_qemu(const struct vt_machine *m, struct vt_err **err)
{
	const char *qemu = vt_machine_qemu(m);
	if (vt_proc_in_path(qemu))
		return 0;
	if (m->qemu)
		return vt_err_set(err, VT_HOST,
			"'%s' does not exist or is not executable", qemu);
	return vt_err_set(err, VT_HOST,
		"'%s' is not installed: install the Debian package '%s'", qemu,
		m->arch->package);
}
