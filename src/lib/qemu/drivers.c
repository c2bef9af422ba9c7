/* The table of disk drivers: how a disk is attached to the machine. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "qemu/machine.h"

static const struct vt_disk_driver drivers[] = {
	{.name = "virtio-blk", .device = "virtio-blk-*", .max_serial = 20},
	{.name = "scsi-hd",
		.device = "scsi-hd",
		.controller = "virtio-scsi-*,id=scsi0",
		.bus = "scsi0.0",
		.max_disks = 255,
		.max_serial = 36,
		.takes_wwn = true},
	{.name = "nvme",
		.device = "nvme",
		.with_eui = "nvme-ns",
		.max_serial = 20,
		.needs_serial = true,
		.needs_pci = true},
	{.name = "sata",
		.device = "ide-hd",
		.controller = "ahci,id=ahci0",
		.bus = "ahci0.",
		.bus_each = true,
		.max_disks = 6,
		.max_serial = 20,
		.takes_wwn = true,
		.needs_pci = true,
		.sectors_512 = true},
	/* not a QEMU device: tgtd on the host serves it */
	{.name = "iscsi", .max_serial = 36},
};

static const struct {
	const char *name, *means;
} aliases[] = {
	{"virtio", "virtio-blk"},
	{"virtio-blk-pci", "virtio-blk"},
	{"virtio-blk-ccw", "virtio-blk"},
	{"scsi", "scsi-hd"},
	{"ide", "sata"},
	{"ide-hd", "sata"},
};

const struct vt_disk_driver *vt_disk_driver(const char *name)
{
	for (size_t i = 0; i < VT_COUNT(aliases); i++)
		if (!strcmp(name, aliases[i].name))
			name = aliases[i].means;
	for (size_t i = 0; i < VT_COUNT(drivers); i++)
		if (!strcmp(name, drivers[i].name))
			return &drivers[i];
	return NULL;
}

const char *vt_disk_drivers(void)
{
	static char *names;
	struct vt_str all = VT_STR_INIT;
	for (size_t i = 0; !names && i < VT_COUNT(drivers); i++)
		vt_str_item(&all, ", ", drivers[i].name);
	names = names ? names : vt_str_take(&all);
	return names;
}
