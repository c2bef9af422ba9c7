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
#include "iscsi_disks.h"
#include "layers.h"
#include "multipath.h"
#include "partition.h"
#include "resize.h"
#include "step.h"

/* Whether a block device can be a disk of the machine. */
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

/* Whether one of these udev properties of the device has that value. */
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

static bool is_wanted(const struct vt_dev *d, const char *dev)
{
	static const char *const serials[] = {
		"ID_SERIAL", "ID_SERIAL_SHORT", "ID_SCSI_SERIAL", NULL};
	static const char *const wwns[] = {
		"ID_WWN_WITH_EXTENSION", "ID_WWN", NULL};
	const char *serial = vt_dev_text(d, "serial");
	const char *wwn = vt_dev_text(d, "wwn");
	VT_AUTO_FREE char *props = step_output(NULL, "udevadm", "info",
		"--query=property", "--name", dev, NULL);
	return props && (!serial || has_property(props, serials, serial)) &&
	       (!wwn || has_property(props, wwns, wwn));
}

/* Return: its device, owned */
static char *find_one(const struct vt_dev *d, const struct vt_strv *names,
	struct vt_err **err)
{
	const char *serial = vt_dev_text(d, "serial");
	const char *wwn = vt_dev_text(d, "wwn");
	const char *path = vt_dev_text(d, "path");
	VT_AUTO_STR struct vt_str seen = VT_STR_INIT;
	if (d->on_iscsi)
		return iscsi_login(d, err);
	if (!serial && !wwn) {
		char *dev = path ? realpath(path, NULL) : NULL;
		if (!dev)
			vt_dev_err(d, NULL, err, "device '%s' does not exist",
				path);
		return dev;
	}
	for (size_t i = 0; i < names->n; i++) {
		VT_AUTO_FREE char *dev = vt_printf("/dev/%s", names->v[i]);
		vt_str_addf(&seen, " %s", dev);
		if (is_wanted(d, dev))
			return vt_strdup(dev);
	}
	vt_dev_err(d, NULL, err, "none of%s has %s '%s'", vt_str_c(&seen),
		serial ? "serial" : "wwn", serial ? serial : wwn);
	return NULL;
}

static int size_of(int fd, const char *dev, uint64_t *bytes, unsigned *sector,
	struct vt_err **err)
{
	int n;
	if (ioctl(fd, BLKGETSIZE64, bytes) < 0 || ioctl(fd, BLKSSZGET, &n) < 0)
		return vt_err_errno(err, "cannot get the size of %s", dev);
	*sector = (unsigned)n;
	return 0;
}

int device_size(
	const char *dev, uint64_t *bytes, unsigned *sector, struct vt_err **err)
{
	VT_AUTO_CLOSE int fd = open(dev, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? vt_err_errno(err, "cannot open %s", dev)
		      : size_of(fd, dev, bytes, sector, err);
}

/* Get the size, and check that it can be written.
 * @unused: nothing may use the disk or its partitions, for instance as the root
 *   of the install environment */
static int probe(
	const char *dev, bool unused, struct made *d, struct vt_err **err)
{
	VT_AUTO_CLOSE int fd =
		open(dev, O_RDONLY | O_CLOEXEC | (unused ? O_EXCL : 0));
	int read_only;
	if (fd < 0)
		return vt_err_errno(err, "cannot use %s", dev);
	if (size_of(fd, dev, &d->bytes, &d->sector, err) < 0)
		return -1;
	if (ioctl(fd, BLKROGET, &read_only) < 0 || read_only)
		return vt_err_set(err, VT_FAILED, "%s is read-only", dev);
	return 0;
}

/* Compare the partitions with what is there, before anything is changed. */
static int check_partitions(
	struct plan *plan, const struct vt_dev *d, struct vt_err **err)
{
	AUTO_TABLE struct table old = {0}, new = {0};
	const struct made *made = plan_made(plan, d);
	struct partitioned device = {made->dev, made->bytes, made->sector};
	if (partition_read(d, made->dev, &old, err) < 0 ||
		partition_layout(plan, d, &device, &old, &new, err) < 0)
		return -1;
	return resize_check(plan, d, &old, made->sector, err);
}

static int check(struct plan *plan, const struct vt_dev *d, struct vt_err **err)
{
	struct made *made = plan_made(plan, d);
	for (const struct vt_dev *other = plan->graph.v; other < d; other++)
		if (vt_dev_is(other, VT_DISK) &&
			!strcmp(plan_dev(plan, other), made->dev))
			return vt_dev_err(d, NULL, err,
				"disk '%s' is %s as well", other->id,
				made->dev);
	if (probe(made->dev, false, made, err) < 0)
		return vt_err_wrap(err, "disk '%s'", d->id);
	say("disk %s is %s, %llu MiB", d->id, made->dev,
		(unsigned long long)made->bytes >> 20);
	return check_partitions(plan, d, err);
}

/* A map may not be there before it is made. */
static int find_all(struct plan *plan, bool maps, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	if (list_disks(&names, err) < 0)
		return -1;
	for (size_t i = 0; i < plan->graph.n; i++) {
		const struct vt_dev *d = &plan->graph.v[i];
		struct made *made = plan_made(plan, d);
		if (!vt_dev_is(d, VT_DISK) || made->dev)
			continue;
		bool later = !maps && multipath_names(d);
		made->dev = find_one(d, &names, later ? NULL : err);
		if (!made->dev && !later)
			return -1;
	}
	return 0;
}

static void use_map(struct made *made)
{
	char *map = multipath_map(made->dev);
	free(made->dev);
	made->dev = map;
}

int disks_find(struct plan *plan, struct vt_err **err)
{
	if (find_all(plan, false, err) < 0 || multipath_start(plan, err) < 0 ||
		find_all(plan, true, err) < 0)
		return -1;
	for (size_t i = 0; i < plan->graph.n; i++) {
		const struct vt_dev *d = &plan->graph.v[i];
		if (!vt_dev_is(d, VT_DISK))
			continue;
		use_map(plan_made(plan, d));
		if (check(plan, d, err) < 0)
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
		struct made d = {0};
		if (probe(dev, true, &d, NULL) < 0 || d.bytes < 1u << 30)
			continue;
		*bytes = d.bytes;
		return vt_strdup(dev);
	}
	vt_err_set(err, VT_FAILED,
		"no disk to install to: none is unused, writable and has 1 GiB "
		"or more");
	return NULL;
}

int disk_make(struct plan *plan, const struct vt_dev *d, struct vt_err **err)
{
	if (entry_wipe(plan, d, err) < 0)
		return -1;
	return partition_table(plan, d, err);
}
