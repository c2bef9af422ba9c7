#include "blockdev.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"
#include "entries.h"
#include "layers.h"
#include "partition.h"
#include "step.h"

void disk_read(struct reader *r)
{
	struct disk *d = &r->e->disk;
	*d = (struct disk){.serial = reader_text(r, "serial", false),
		.wwn = reader_text(r, "wwn", false),
		.path = reader_text(r, "path", false),
		.ptable = reader_text(r, "ptable", false),
		.grub = reader_bool(r, "grub_device")};
	if (!d->serial && !d->wwn && !d->path)
		reader_fail(
			r, NULL, "say which disk: serial, wwn or path", NULL);
	if (d->ptable && !strcmp(d->ptable, "msdos"))
		d->ptable = "dos";
	else if (d->ptable && strcmp(d->ptable, "gpt"))
		reader_fail(r, "ptable", "ptable '%s' is not gpt or msdos",
			d->ptable);
}

/* Block devices that can be a disk of the machine. */
static int list_disks(struct vt_strv *names, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv all = VT_STRV_INIT;
	if (vt_fs_list("/sys/block", &all, err) < 0)
		return -1;
	static const char *const not_disks[] = {
		"loop", "ram", "sr", "fd", "dm-", "md", "zram", "nbd"};
	for (size_t i = 0; i < all.n; i++) {
		bool disk = true;
		for (size_t j = 0; j < VT_COUNT(not_disks); j++)
			disk &= !vt_str_starts(all.v[i], not_disks[j]);
		if (disk)
			vt_strv_add(names, all.v[i]);
	}
	return 0;
}

/* Does udev know this device under that value of one of these properties? */
static bool has_property(
	const char *props, const char *const *keys, const char *value)
{
	VT_AUTO_STRV struct vt_strv lines = VT_STRV_INIT;
	vt_str_split(props, '\n', &lines);
	for (; *keys; keys++) {
		VT_AUTO_FREE char *want = vt_printf("%s=%s", *keys, value);
		if (vt_strv_has(&lines, want))
			return true;
	}
	return false;
}

static bool is_wanted(const struct disk *d, const char *dev)
{
	static const char *const serials[] = {
		"ID_SERIAL", "ID_SERIAL_SHORT", "ID_SCSI_SERIAL", NULL};
	static const char *const wwns[] = {
		"ID_WWN_WITH_EXTENSION", "ID_WWN", NULL};
	VT_AUTO_FREE char *props = step_output(NULL, "udevadm", "info",
		"--query=property", "--name", dev, NULL);
	return props &&
	       (!d->serial || has_property(props, serials, d->serial)) &&
	       (!d->wwn || has_property(props, wwns, d->wwn));
}

static int find_one(
	struct entry *e, const struct vt_strv *names, struct vt_err **err)
{
	const struct disk *d = &e->disk;
	VT_AUTO_STR struct vt_str seen = VT_STR_INIT;
	if (d->path && !d->serial && !d->wwn) {
		e->dev = realpath(d->path, NULL);
		if (!e->dev)
			return vt_node_err(e->node, err,
				"disk '%s': no '%s' here", e->id, d->path);
		return 0;
	}
	for (size_t i = 0; i < names->n; i++) {
		VT_AUTO_FREE char *dev = vt_printf("/dev/%s", names->v[i]);
		vt_str_addf(&seen, " %s", dev);
		if (!is_wanted(d, dev))
			continue;
		e->dev = vt_strdup(dev);
		return 0;
	}
	return vt_node_err(e->node, err, "disk '%s': none of%s has %s '%s'",
		e->id, vt_str_c(&seen), d->serial ? "serial" : "wwn",
		d->serial ? d->serial : d->wwn);
}

/* How large it is; and nobody else may use it or its partitions, as the root
 * of the install environment would. */
static int probe(const char *dev, struct disk *d, struct vt_err **err)
{
	VT_AUTO_CLOSE int fd = open(dev, O_RDONLY | O_EXCL | O_CLOEXEC);
	int sector, read_only;
	if (fd < 0)
		return vt_err_errno(err, "cannot use %s", dev);
	if (ioctl(fd, BLKGETSIZE64, &d->bytes) < 0 ||
		ioctl(fd, BLKROGET, &read_only) < 0 ||
		ioctl(fd, BLKSSZGET, &sector) < 0)
		return vt_err_errno(err, "cannot ask %s for its size", dev);
	d->sector = (unsigned)sector;
	return read_only ? vt_err_set(err, VT_FAILED, "%s is read-only", dev)
			 : 0;
}

static int check(struct plan *plan, struct entry *e, struct vt_err **err)
{
	for (struct entry *other = plan->v; other < e; other++)
		if (entry_kind(other) == DISK && !strcmp(other->dev, e->dev))
			return vt_node_err(e->node, err,
				"disks '%s' and '%s' are both %s", other->id,
				e->id, e->dev);
	if (probe(e->dev, &e->disk, err) < 0)
		return vt_err_wrap(err, "disk '%s'", e->id);
	say("disk %s is %s, %llu MiB", e->id, e->dev,
		(unsigned long long)e->disk.bytes >> 20);
	return partition_check_fits(plan, e, err);
}

int disks_find(struct plan *plan, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	if (list_disks(&names, err) < 0)
		return -1;
	for (size_t i = 0; i < plan->n; i++) {
		struct entry *e = &plan->v[i];
		if (entry_kind(e) == DISK && (find_one(e, &names, err) < 0 ||
						     check(plan, e, err) < 0))
			return -1;
	}
	return 0;
}

char *disks_first(uint64_t *bytes, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	if (list_disks(&names, err) < 0)
		return NULL;
	for (size_t i = 0; i < names.n; i++) {
		VT_AUTO_FREE char *dev = vt_printf("/dev/%s", names.v[i]);
		struct disk d = {0};
		if (probe(dev, &d, NULL) < 0 || d.bytes < 1u << 30)
			continue;
		*bytes = d.bytes;
		return vt_strdup(dev);
	}
	vt_err_set(err, VT_FAILED,
		"no disk to install to: none is unused, writable and of 1 GiB "
		"or more");
	return NULL;
}

int disk_make(struct plan *plan, struct entry *e, struct vt_err **err)
{
	if (entry_wipe(e, err) < 0)
		return -1;
	return e->disk.ptable ? partition_table(plan, e, err) : 0;
}
