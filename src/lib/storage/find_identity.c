/* Which disk of the booted system an entry is: by its serial or WWN in
 * lsblk.json, or by udev's links in /dev/disk/by-id. A path is valid only in
 * the install environment. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/str.h"
#include "storage/disks.h"
#include "storage/finders.h"

static const char see[] = "collect/lsblk.json";

/* As udev writes a serial: _ for blanks, and for each other character that is
 * not safe in a file name. */
static char *udev_serial(const char *serial)
{
	struct vt_str s = VT_STR_INIT;
	for (const char *p = serial; *p; p++) {
		unsigned char c = (unsigned char)*p;
		if (isspace(c) && isspace((unsigned char)p[1]))
			continue;
		vt_str_addc(&s, c >= 0x80 || isalnum(c) || strchr("#+-.:=@", c)
					? *p
					: '_');
	}
	return vt_str_take(&s);
}

static bool same_serial(const char *want, const char *found)
{
	VT_AUTO_FREE char *a = udev_serial(want);
	VT_AUTO_FREE char *b = found ? udev_serial(found) : NULL;
	return b && !strcmp(a, b);
}

/* QEMU's is a number of 64 bits. */
static bool same_wwn(const char *want, const char *found)
{
	if (!found || !vt_str_starts(want, "0x") || !vt_str_starts(found, "0x"))
		return found && !strcasecmp(want, found);
	return strtoull(want, NULL, 16) == strtoull(found, NULL, 16);
}

/* The node of the link that udev gives a disk with this serial, or NULL;
 * owned. Source: its 60-persistent-storage.rules */
static char *node_by_id(const struct vt_devices *devices, const char *serial)
{
	static const char *const prefixes[] = {"virtio-",
		"scsi-0QEMU_QEMU_HARDDISK_", "ata-QEMU_HARDDISK_",
		"nvme-QEMU_NVMe_Ctrl_"};
	VT_AUTO_FREE char *name = udev_serial(serial);
	for (size_t i = 0; i < VT_COUNT(prefixes); i++) {
		VT_AUTO_FREE char *spec =
			vt_printf("/dev/disk/by-id/%s%s", prefixes[i], name);
		char *node = vt_devices_node(devices, spec);
		if (node)
			return node;
	}
	return NULL;
}

static const json_t *node_of(const json_t *list, const char *node)
{
	const json_t *one;
	size_t i;
	json_array_foreach (list, i, one) {
		const char *kname = vt_lsblk_kname(one);
		if (kname && !strcmp(node + strlen("/dev/"), kname))
			return one;
	}
	return NULL;
}

/* By the serial; else by the WWN, and then the serial is another. */
static const json_t *disk_node(struct vt_look *look, const struct vt_dev *d)
{
	const struct vt_devices *devices = vt_look_devices(look);
	const json_t *list = vt_devices_lsblk(devices), *node;
	const char *serial = vt_dev_text(d, "serial");
	const char *wwn = vt_dev_text(d, "wwn");
	size_t i;
	json_array_foreach (list, i, node)
		if (serial &&
			same_serial(serial, vt_lsblk_text(node, "serial")))
			return node;
	VT_AUTO_FREE char *link = serial ? node_by_id(devices, serial) : NULL;
	if (link)
		return node_of(list, link);
	json_array_foreach (list, i, node)
		if (wwn && same_wwn(wwn, vt_lsblk_text(node, "wwn")))
			return node;
	return NULL;
}

/* Versions of lsblk before 2.33 show the WWN in place of a SCSI disk's serial,
 * or parts of it. */
static bool shows_serial(const json_t *node)
{
	const char *serial = vt_lsblk_text(node, "serial");
	const char *wwn = vt_lsblk_text(node, "wwn");
	return serial && !(wwn && strcasestr(wwn, serial));
}

/* "a, b": the serials of all disks but vt's seed, or their WWNs
 * Return: NULL: it does not show those of all that have one; owned */
static char *values_of(const json_t *list, const char *column)
{
	struct vt_str all = VT_STR_INIT;
	const json_t *node;
	bool serials = !strcmp(column, "serial"), whole = true;
	size_t i;
	json_array_foreach (list, i, node) {
		const char *value = vt_lsblk_text(node, column);
		if (!vt_str_eq(vt_lsblk_text(node, "type"), "disk") ||
			vt_str_eq(vt_lsblk_text(node, "label"), "cidata"))
			continue;
		whole &= !serials || shows_serial(node);
		if (value)
			vt_str_item(&all, ", ", value);
	}
	if (whole)
		return vt_str_take(&all);
	vt_str_free(&all);
	return NULL;
}

/* It does not exist, if facts show what other disks have. */
static void not_found(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	const json_t *list = vt_devices_lsblk(vt_look_devices(look));
	const char *serial = vt_dev_text(d, "serial");
	const char *wwn = vt_dev_text(d, "wwn");
	const char *column = serial ? "serial" : "wwn";
	VT_AUTO_FREE char *values = values_of(list, column);
	/* Linux shows no EUI of QEMU's NVMe disks */
	bool told = (serial || (wwn && !vt_str_starts(wwn, "eui."))) &&
		    values && *values;
	if (!list)
		vt_found_untold(f, "no 'lsblk.json' was collected");
	else if (!told || vt_dev_is_iscsi(d))
		vt_found_untold(f,
			"no disk in lsblk.json has the serial or WWN of '%s'",
			d->id);
	else
		vt_found_missing(f,
			"no disk in lsblk.json has the %s '%s'; there are: %s",
			column, serial ? serial : wwn, values);
}

static void add_serial(struct vt_look *look, const struct vt_dev *d,
	const json_t *node, struct vt_found *f)
{
	const char *want = vt_dev_text(d, "serial");
	const char *has = vt_lsblk_text(node, "serial");
	if (!want)
		return;
	VT_AUTO_FREE char *link = node_by_id(vt_look_devices(look), want);
	struct vt_found_field *field = vt_found_add(f, "serial");
	field->same = same_serial(want, has) || link;
	field->text = vt_printf("/dev/%s has serial '%s'", vt_lsblk_kname(node),
		same_serial(want, has) || !link ? has : want);
	if (!field->same && !shows_serial(node))
		field->why = vt_printf("lsblk.json does not show the serial of "
				       "/dev/%s",
			vt_lsblk_kname(node));
}

static void add_wwn(
	const struct vt_dev *d, const json_t *node, struct vt_found *f)
{
	const char *want = vt_dev_text(d, "wwn");
	const char *has = vt_lsblk_text(node, "wwn");
	if (!want)
		return;
	struct vt_found_field *field = vt_found_add(f, "wwn");
	field->same = same_wwn(want, has);
	field->text = vt_printf(
		"/dev/%s has WWN '%s'", vt_lsblk_kname(node), has ? has : "");
	if (!has)
		field->why = vt_printf("lsblk.json has no WWN of /dev/%s",
			vt_lsblk_kname(node));
	else if (vt_str_starts(has, "nvme."))
		field->why = vt_strdup("Linux ignores the EUI of QEMU's NVMe "
				       "disks");
}

const json_t *vt_find_identity(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	const json_t *node = disk_node(look, d);
	f->see = see;
	if (!node) {
		not_found(look, d, f);
		return NULL;
	}
	f->state = VT_FOUND;
	add_serial(look, d, node, f);
	add_wwn(d, node, f);
	return node;
}
