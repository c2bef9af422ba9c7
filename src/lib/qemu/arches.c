/* The table of architectures. */
#include <string.h>
#include <sys/utsname.h>

#include "base/mem.h"
#include "base/str.h"
#include "qemu/machine.h"

const char *const vt_firmware_words[] = {
	[VT_FW_BIOS] = "bios",
	[VT_FW_UEFI] = "uefi",
	[VT_FW_SECURE_BOOT] = "secure-boot",
	NULL,
};

const char *vt_firmware_name(enum vt_firmware f)
{
	return vt_firmware_words[f];
}

#define OVMF "/usr/share/OVMF/OVMF_"

/* graphics=off makes q35's firmware and boot loaders use the serial port.
 *
 * amd64's CPU model under TCG is x86-64-v2, which some distributions need, and
 * no more: from power on to power off, Debian takes 95 s of CPU time with it,
 * 107 s with qemu64 (whose SVM makes the guest load KVM), and over 130 s with
 * max, because AVX is slow to translate. no_timer_check does for TCG what
 * kernels do by themselves under KVM: on a busy host timer ticks come late, and
 * the kernel's timer check would panic. */
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
		.tpm = "tpm-crb",
		.video = "VGA",
		.console = "ttyS0",
		.smbios = true,
		.pci = true,
		.smm = VT_FW_SECURE_BOOT,
		.uefi = {{VT_FW_UEFI, OVMF "CODE_4M.fd", OVMF "VARS_4M.fd"},
			{VT_FW_UEFI, OVMF "CODE.fd", OVMF "VARS.fd"},
			{VT_FW_SECURE_BOOT, OVMF "CODE_4M.secboot.fd",
				OVMF "VARS_4M.ms.fd"}},
		.uefi_package = "ovmf",
		.efi = "x64",
		.bios = true},
	{.name = "i386",
		.machine = "i686",
		.qemu = "qemu-system-i386",
		.package = "qemu-system-x86",
		.qemu_machine = "q35,graphics=off",
		.tcg_cpu = "qemu32",
		.tcg_append = "no_timer_check",
		.virtio = "pci",
		.panic = "pvpanic",
		.tpm = "tpm-crb",
		.video = "VGA",
		.console = "ttyS0",
		.smbios = true,
		.pci = true,
		.smm = VT_FW_UEFI,
		.uefi = {{VT_FW_UEFI,
			"/usr/share/OVMF/OVMF32_CODE_4M.secboot.fd",
			"/usr/share/OVMF/OVMF32_VARS_4M.fd"}},
		.uefi_package = "ovmf-ia32",
		.efi = "ia32",
		.bios = true},
	{.name = "arm64",
		.machine = "aarch64",
		.qemu = "qemu-system-aarch64",
		.package = "qemu-system-arm",
		.qemu_machine = "virt",
		.tcg_cpu = "cortex-a57",
		.virtio = "pci",
		.panic = "pvpanic-pci",
		.tpm = "tpm-tis-device",
		.video = "virtio-gpu-pci",
		.console = "ttyAMA0",
		.smbios = true,
		.pci = true,
		.firmware = VT_FW_UEFI,
		.uefi = {{VT_FW_UEFI, "/usr/share/AAVMF/AAVMF_CODE.fd",
				 "/usr/share/AAVMF/AAVMF_VARS.fd"},
			{VT_FW_SECURE_BOOT, "/usr/share/AAVMF/AAVMF_CODE.ms.fd",
				"/usr/share/AAVMF/AAVMF_VARS.ms.fd"}},
		.uefi_package = "qemu-efi-aarch64",
		.efi = "aa64"},
	{.name = "ppc64el",
		.machine = "ppc64le",
		.qemu = "qemu-system-ppc64",
		.package = "qemu-system-ppc",
		.qemu_machine = "pseries,usb=off",
		.tcg_cpu = "power9",
		.virtio = "pci",
		.tpm = "tpm-spapr",
		.video = "VGA",
		.console = "hvc0",
		.pci = true,
		.prep = true},
	{.name = "s390x",
		.machine = "s390x",
		.qemu = "qemu-system-s390x",
		.package = "qemu-system-misc",
		.qemu_machine = "s390-ccw-virtio",
		.tcg_cpu = "qemu",
		.virtio = "ccw",
		.video = "virtio-gpu-ccw",
		.console = "ttysclp0"},
};

const struct vt_arch *vt_arch(const char *name)
{
	for (size_t i = 0; i < VT_COUNT(arches); i++)
		if (!strcmp(name, arches[i].name))
			return &arches[i];
	return NULL;
}

const char *vt_arches(void)
{
	static char *names;
	struct vt_str all = VT_STR_INIT;
	for (size_t i = 0; !names && i < VT_COUNT(arches); i++)
		vt_str_item(&all, ", ", arches[i].name);
	names = names ? names : vt_str_take(&all);
	return names;
}

/* x86_64 hosts run 32-bit guests natively as well. */
bool vt_arch_is_native(const struct vt_arch *a)
{
	struct utsname u;
	if (uname(&u) < 0)
		return false;
	return !strcmp(u.machine, a->machine) ||
	       (!strcmp(u.machine, "x86_64") && !strcmp(a->name, "i386"));
}

const struct vt_arch *vt_arch_host(void)
{
	for (size_t i = 0; i < VT_COUNT(arches); i++)
		if (vt_arch_is_native(&arches[i]))
			return &arches[i];
	return NULL;
}
