#include "disk_identity.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "storage/types.h"

/* Names in /dev/disk/by-id that udev gives to QEMU's disks; what follows the
 * prefix is the disk's serial or wwn.
 * Source: udev's 60-persistent-storage.rules, scsi_id and ata_id */
static const struct {
	const char *prefix, *driver, *key;
	const char *value; /* of the key, before what follows */
} links[] = {
	{"virtio-", "virtio-blk", "serial", ""},
	{"scsi-0QEMU_QEMU_HARDDISK_", "scsi-hd", "serial", ""},
	{"scsi-3", "scsi-hd", "wwn", "0x"},
	{"wwn-0x", "scsi-hd", "wwn", "0x"},
	{"dm-uuid-mpath-0QEMU_QEMU_HARDDISK_", "scsi-hd", "serial", ""},
	{"dm-uuid-mpath-3", "scsi-hd", "wwn", "0x"},
	{"nvme-eui.", "nvme", "wwn", "eui."},
	{"nvme-QEMU_NVMe_Ctrl_", "nvme", "serial", ""},
};

/* Names that the kernel gives in the order of the disks. During the install
 * the image is /dev/vda. */
static const struct {
	const char *prefix, *driver, *suffix;
	char first; /* the name of slot 0 */
} kernel_names[] = {
	{"/dev/vd", "virtio-blk", "", 'b'},
	{"/dev/sd", "scsi-hd", "", 'a'},
	{"/dev/nvme", "nvme", "n1", '0'},
};

static const char *path_of(const struct vt_dev *d)
{
	const char *path = vt_dev_text(d, "path");
	return path && vt_str_starts(path, "/dev/") ? path : NULL;
}

static int refuse(const struct vt_dev *d, struct vt_err **err, const char *why)
{
	return vt_dev_err(d, vt_dev_node(d, "path"), err,
		"the machine has no disk '%s': %s", vt_dev_text(d, "path"),
		why);
}

/* A map: mpatha, mpathb, ... */
static bool is_multipath(const char *path)
{
	return vt_str_starts(path, "/dev/mapper/mpath") ||
	       vt_str_starts(path, "/dev/disk/by-id/dm-name-mpath");
}

/* Return: whether the path is the name of a slot */
static bool kernel_name(const char *path, struct vt_disk_identity *out)
{
	for (size_t i = 0; i < VT_COUNT(kernel_names); i++) {
		const char *prefix = kernel_names[i].prefix;
		const char *at = path + strlen(prefix);
		if (!vt_str_starts(path, prefix) || !*at ||
			strcmp(at + 1, kernel_names[i].suffix) != 0)
			continue;
		if (!(isdigit((unsigned char)kernel_names[i].first)
				    ? isdigit((unsigned char)*at)
				    : islower((unsigned char)*at)))
			continue;
		out->driver = kernel_names[i].driver;
		out->slot = *at - kernel_names[i].first;
		return true;
	}
	return false;
}

static bool link_name(struct vt_graph *g, struct vt_dev *d, const char *path,
	struct vt_disk_identity *out)
{
	static const char by_id[] = "/dev/disk/by-id/";
	if (!vt_str_starts(path, by_id))
		return false;
	path += strlen(by_id);
	for (size_t i = 0; i < VT_COUNT(links); i++) {
		const char *rest = path + strlen(links[i].prefix);
		if (!vt_str_starts(path, links[i].prefix) || !*rest)
			continue;
		out->driver = links[i].driver;
		out->multipath = vt_str_starts(path, "dm-uuid-mpath-");
		vt_dev_set(d, vt_type_key(d->type, links[i].key),
			vt_graph_own(
				g, vt_printf("%s%s", links[i].value, rest)),
			0);
		return true;
	}
	return false;
}

/* A path by which curtin finds the disk. */
static int place(struct vt_graph *g, struct vt_dev *d, const char *path,
	struct vt_disk_identity *out, struct vt_err **err)
{
	if (is_multipath(path)) {
		out->driver = "scsi-hd";
		out->multipath = true;
		return 0;
	}
	if (link_name(g, d, path, out))
		return 0;
	if (vt_str_starts(path, "/dev/disk/by-id/dm-"))
		return refuse(d, err,
			"its multipath maps are mpatha, mpathb, ...; use "
			"'serial', and 'multipath: true' in a definition");
	if (vt_str_starts(path, "/dev/disk/"))
		return refuse(d, err,
			"of the links only some of by-id name its disks; use "
			"'serial'");
	if (!kernel_name(path, out))
		return refuse(d, err,
			"they are /dev/vdb, /dev/vdc, ..., /dev/sda, ... and "
			"/dev/nvme0n1, ...; or use 'serial'");
	if (out->slot < 0)
		return refuse(d, err,
			"this is the install image, and the first disk is "
			"/dev/vdb");
	return 0;
}

static bool all_hex(const char *s, size_t min, size_t max)
{
	size_t n = strspn(s, "0123456789abcdefABCDEF");
	return s[n] == '\0' && n >= min && n <= max;
}

/* QEMU's property is an integer of 64 bits; NVMe disks have an EUI-64. */
static bool wwn_driver(const char *wwn, const char **driver)
{
	if (vt_str_starts(wwn, "eui.") && all_hex(wwn + 4, 16, 16))
		*driver = "nvme";
	else if (!vt_str_starts(wwn, "0x") || !all_hex(wwn + 2, 1, 16))
		return false;
	else if (!*driver)
		*driver = "scsi-hd";
	return true;
}

/* Version 1 goes on with serial and path when no disk has the wwn, which is
 * then dropped. */
static int check_wwn(struct vt_dev *d, long version, const char **driver,
	struct vt_err **err)
{
	const char *wwn = vt_dev_text(d, "wwn");
	if (!wwn || wwn_driver(wwn, driver))
		return 0;
	if (version == 1 && vt_node_get(d->at, "wwn") &&
		(vt_dev_text(d, "serial") || path_of(d))) {
		vt_dev_set(d, vt_type_key(d->type, "wwn"), NULL, 0);
		return 0;
	}
	return vt_dev_err(d,
		vt_dev_node(d, vt_node_get(d->at, "wwn") ? "wwn" : "path"), err,
		"wwn '%s' is not one that a disk of the machine can have, "
		"which is 64 bits long: 0x and at most 16 hexadecimal digits, "
		"or eui. and 16 digits",
		wwn);
}

int vt_disk_identity(struct vt_graph *g, struct vt_dev *d,
	struct vt_disk_identity *out, struct vt_err **err)
{
	const char *serial = vt_dev_text(d, "serial"), *path = path_of(d);
	*out = (struct vt_disk_identity){.slot = -1};
	if (check_wwn(d, g->version, &out->driver, err) < 0)
		return -1;
	bool needed = g->version == 2 || (!serial && !vt_dev_text(d, "wwn"));
	if (vt_str_starts(serial ? serial : "", "nvme") ||
		vt_dev_ref(d, "nvme_controller"))
		out->driver = "nvme";
	if (path && needed && place(g, d, path, out, err) < 0)
		return -1;
	/* version 1 looks there only if the serial is not found */
	if (path && !needed && !out->driver && kernel_name(path, out))
		out->slot = -1;
	return check_wwn(d, g->version, &out->driver, err);
}
