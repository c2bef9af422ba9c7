#include "machine.h"

#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "fs.h"
#include "mem.h"
#include "proc.h"

static const struct vt_disk_driver drivers[] = {
	{.name = "virtio-blk",
		.device = "virtio-blk",
		.on_virtio = true,
		.max_serial = 20,
		.takes_block_sizes = true},
	{.name = "scsi-hd",
		.device = "scsi-hd",
		.controller = "virtio-scsi-pci,id=scsi0",
		.bus = "scsi0.0",
		.max_disks = 255,
		.max_serial = 36,
		.takes_wwn = true,
		.takes_block_sizes = true},
	{.name = "nvme",
		.device = "nvme",
		.max_serial = 20,
		.takes_block_sizes = true},
	{.name = "ide",
		.device = "ide-hd",
		.bus = "ide.",
		.bus_each = true,
		.max_disks = 6,
		.max_serial = 20,
		.takes_wwn = true,
		.takes_block_sizes = true},
};

const struct vt_disk_driver *vt_disk_driver(const char *name)
{
	for (size_t i = 0; i < VT_COUNT(drivers); i++)
		if (!strcmp(name, drivers[i].name))
			return &drivers[i];
	return NULL;
}

/* q35 has PCI Express and AHCI. graphics=off lets firmware and boot loader
 * speak on the serial port. The processor under TCG is x86-64-v2, which some
 * distributions need, and no more: a Debian from power on to power off takes
 * 95 s of processor time with it, 107 s with qemu64 (whose SVM makes the guest
 * load KVM), and over 130 s with max, where AVX is slow to translate.
 * no_timer_check is what kernels do by themselves under KVM: on a busy host
 * TCG's timer ticks come late, and the check for them panics. */
static const struct vt_arch arches[] = {
	{.name = "amd64",
		.machine = "x86_64",
		.qemu = "qemu-system-x86_64",
		.package = "qemu-system-x86",
		.qemu_machine = "q35,graphics=off",
		.tcg_cpu = "qemu64,-svm,+ssse3,+sse4.1,+sse4.2,+popcnt",
		.tcg_append = "no_timer_check",
		.virtio = "pci",
		.panic = "pvpanic",
		.console = "ttyS0",
		.uefi = {{"/usr/share/OVMF/OVMF_CODE_4M.fd",
				 "/usr/share/OVMF/OVMF_VARS_4M.fd"},
			{"/usr/share/OVMF/OVMF_CODE.fd",
				"/usr/share/OVMF/OVMF_VARS.fd"}},
		.uefi_package = "ovmf"},
};

const struct vt_arch *vt_arch(const char *name)
{
	for (size_t i = 0; i < VT_COUNT(arches); i++)
		if (!strcmp(name, arches[i].name))
			return &arches[i];
	return NULL;
}

bool vt_arch_is_native(const struct vt_arch *a)
{
	struct utsname u;
	return uname(&u) == 0 && !strcmp(u.machine, a->machine);
}

const struct vt_arch *vt_arch_host(void)
{
	for (size_t i = 0; i < VT_COUNT(arches); i++)
		if (vt_arch_is_native(&arches[i]))
			return &arches[i];
	return NULL;
}

void vt_machine_free(struct vt_machine *m)
{
	free(m->disks);
	free(m->nics);
	free(m->published);
	vt_strv_free(&m->qemu_args);
	vt_strv_free(&m->failure);
	vt_strv_free(&m->owned);
	vt_doc_free(m->doc);
}

const char *vt_machine_own(struct vt_machine *m, char *s)
{
	vt_strv_take(&m->owned, s);
	return s;
}

/* Room for one more of `size` bytes in an array of n; zeroed. */
static void *one_more(void **array, size_t *n, size_t size)
{
	*array = vt_realloc(*array, *n + 1, size);
	return memset((char *)*array + (*n)++ * size, 0, size);
}

struct vt_disk *vt_machine_add_disk(struct vt_machine *m)
{
	return one_more((void **)&m->disks, &m->n_disks, sizeof(*m->disks));
}

struct vt_nic *vt_machine_add_nic(struct vt_machine *m)
{
	return one_more((void **)&m->nics, &m->n_nics, sizeof(*m->nics));
}

struct vt_published *vt_machine_add_published(struct vt_machine *m)
{
	return one_more(
		(void **)&m->published, &m->n_published, sizeof(*m->published));
}

int vt_machine_firmware(const struct vt_arch *a, const char **code,
	const char **vars, struct vt_err **err)
{
	for (size_t i = 0; i < VT_COUNT(a->uefi) && a->uefi[i].code; i++) {
		*code = a->uefi[i].code;
		*vars = a->uefi[i].vars;
		if (vt_fs_exists(*code) && vt_fs_exists(*vars))
			return 0;
	}
	return vt_err_set(err, VT_HOST,
		"no UEFI firmware for %s here: install the Debian package '%s'",
		a->name, a->uefi_package);
}

int vt_machine_need_qemu(const struct vt_arch *a, struct vt_err **err)
{
	if (vt_proc_in_path(a->qemu))
		return 0;
	return vt_err_set(err, VT_HOST,
		"'%s' is not installed: install the Debian package '%s'",
		a->qemu, a->package);
}
