#include "guest.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/settings.h"
#include "files.h"
#include "host/iscsi.h"
#include "qemu/machine.h"
#include "storage/boot_code.h"
#include "storage/disks.h"
#include "storage/types.h"

/* A setting overrides the definition. */
static int setting_or(const char *name, long *value, struct vt_err **err)
{
	const char *set = vt_setting(name);
	return set && *set ? vt_setting_int(name, value, err) : 0;
}

/* An EFI system partition selects UEFI; some machines do not support BIOS. */
static int plan_firmware(struct vt_guest *m, const struct vt_def *def,
	const struct vt_graph *s, struct vt_err **err)
{
	const struct vt_arch *arch = vt_arch(def->arch);
	bool uefi = def->uefi == VT_UNSET ? vt_boot_mounts_esp(s) : def->uefi;
	const struct vt_node *said = vt_def_node(def, "bios");
	m->firmware = uefi ? VT_FW_UEFI : VT_FW_BIOS;
	if (def->secure_boot)
		m->firmware = VT_FW_SECURE_BOOT;
	if (m->firmware < arch->firmware)
		m->firmware = arch->firmware;
	if (!def->bios)
		return 0;
	m->bios = vt_path_of(said, def->bios);
	m->firmware = VT_FW_BIOS;
	if (def->secure_boot || def->uefi == 1)
		return vt_node_err(said, err,
			"'bios' cannot be combined with 'uefi' or "
			"'secure_boot'");
	return vt_path_need(said, m->bios, err);
}

int vt_guest_plan(struct vt_guest *m, const struct vt_def *def,
	struct vt_graph *s, struct vt_err **err)
{
	m->mem_mib = def->mem;
	m->cpus = def->nr_cpus;
	m->block_size_bytes = def->disk_block_size;
	if (setting_or("VMRAM", &m->mem_mib, err) < 0 ||
		setting_or("NR_CPUS", &m->cpus, err) < 0)
		return -1;
	if (def->crashdump)
		m->mem_mib += 2048;
	if (plan_firmware(m, def, s, err) < 0)
		return -1;
	return vt_guest_disks(m, def, s, err);
}

bool vt_guest_disk_is_overlay(const struct vt_guest_disk *d)
{
	return d->base && strcmp(d->driver, "iscsi") != 0;
}

void vt_guest_free(struct vt_guest *m)
{
	for (size_t i = 0; i < m->n_disks; i++) {
		free(m->disks[i].path);
		free(m->disks[i].base);
	}
	free(m->disks);
	free(m->bios);
	free(m->nvram_from);
	free(m->tpm_from);
	vt_strv_free(&m->macs);
	vt_strv_free(&m->notes);
}
