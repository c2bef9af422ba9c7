#include "clear.h"

#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"
#include "blockdev.h"
#include "holders.h"
#include "partition.h"
#include "step.h"

#define MIB ((uint64_t)1 << 20)
enum { TRIES = 5 };

static int zero(int fd, const char *dev, uint64_t at, uint64_t size,
	struct vt_err **err)
{
	static const char zeros[MIB];
	while (size) {
		size_t n = size < sizeof(zeros) ? (size_t)size : sizeof(zeros);
		ssize_t done = pwrite(fd, zeros, n, (off_t)at);
		if (done <= 0)
			return vt_err_errno(err,
				"cannot write to %s at byte %" PRIu64, dev, at);
		at += (uint64_t)done;
		size -= (uint64_t)done;
	}
	return 0;
}

int clear_ends(const char *dev, uint64_t at, uint64_t size, struct vt_err **err)
{
	VT_AUTO_CLOSE int fd = open(dev, O_WRONLY | O_CLOEXEC);
	uint64_t part = size < MIB ? size : MIB;
	if (fd < 0)
		return vt_err_errno(err, "cannot open %s", dev);
	if (zero(fd, dev, at, part, err) < 0 ||
		zero(fd, dev, at + size - part, part, err) < 0)
		return -1;
	return fsync(fd) < 0 ? vt_err_errno(err, "cannot write to %s", dev) : 0;
}

/* wipefs knows signatures in other places, such as LUKS' second header. */
static int wipe(const char *name, struct vt_err **err)
{
	VT_AUTO_FREE char *dev = vt_printf("/dev/%s", name);
	uint64_t bytes;
	unsigned sector;
	if (device_size(dev, &bytes, &sector, err) < 0 ||
		step(err, "wipefs", "--all", "--force", "--quiet", dev, NULL) <
			0)
		return -1;
	return clear_ends(dev, 0, bytes, err);
}

static bool is_held(const char *name)
{
	VT_AUTO_FREE char *dev = vt_printf("/dev/%s", name);
	VT_AUTO_CLOSE int fd = open(dev, O_RDONLY | O_EXCL | O_CLOEXEC);
	return fd < 0;
}

/* The partitions before the table, or their signatures would come back with new
 * ones that begin at the same sectors. */
static int wipe_all(const char *name, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv parts = VT_STRV_INIT;
	VT_AUTO_FREE char *map = device_attribute(name, "dm/name");
	VT_AUTO_FREE char *dev =
		vt_printf("/dev/%s%s", map ? "mapper/" : "", map ? map : name);
	if (holders_parts(name, &parts, err) < 0)
		return -1;
	for (size_t i = 0; i < parts.n; i++)
		if (wipe(parts.v[i], err) < 0)
			return -1;
	if (parts.n && map &&
		step(err, "kpartx", "-d", "-p", "-part", dev, NULL) < 0)
		return -1;
	if (wipe(name, err) < 0)
		return -1;
	if (parts.n && !map &&
		(step(err, "udevadm", "settle", "--timeout=60", NULL) < 0 ||
			step(err, "blockdev", "--rereadpt", dev, NULL) < 0))
		return -1;
	return step(err, "udevadm", "settle", "--timeout=60", NULL);
}

/* Writing to a device makes udev look at it, which may start again what was
 * stopped, until all of its signatures are gone. */
static int clear_name(const char *name, struct vt_err **err)
{
	for (int i = 1; i <= TRIES; i++) {
		bool last = i == TRIES;
		struct vt_err **why = last ? err : NULL;
		if (holders_stop(name, why) < 0 || wipe_all(name, why) < 0) {
			if (last)
				return -1;
			continue;
		}
		if (!is_held(name))
			return 0;
	}
	return vt_err_set(err, VT_FAILED, "/dev/%s is still in use", name);
}

int clear_device(const char *dev, struct vt_err **err)
{
	VT_AUTO_FREE char *name = device_name(dev);
	if (!name)
		return vt_err_set(err, VT_FAILED, "%s does not exist", dev);
	return clear_name(name, err);
}

/* Whether what is made of it overwrites it. */
static bool is_taken(const struct vt_dev *d)
{
	for (size_t i = 0; i < d->n_users; i++)
		if (!vt_dev_is(d->users[i]->user, VT_PARTITION) &&
			!vt_dev_num(d->users[i]->user, "preserve"))
			return true;
	return false;
}

static bool is_overwritten(const struct vt_dev *disk)
{
	size_t at = 0;
	if (vt_dev_num(disk, "preserve"))
		return !partition_next(disk, &at) && is_taken(disk);
	return vt_dev_text(disk, "wipe") || vt_dev_text(disk, "ptable") ||
	       is_taken(disk);
}

/* The partitions of a table that is kept which are used anew, and those that
 * the new table does not have. */
static int list_parts(const struct plan *plan, const struct vt_dev *disk,
	struct vt_strv *out, struct vt_err **err)
{
	AUTO_TABLE struct table old = {0}, new = {0};
	const struct made *made = plan_made(plan, disk);
	struct partitioned device = {made->dev, made->bytes, made->sector};
	if (partition_read(disk, made->dev, &old, err) < 0)
		return -1;
	if (!old.label)
		return 0;
	if (partition_layout(plan, disk, &device, &old, &new, err) < 0)
		return -1;
	for (size_t i = 0; i < old.n; i++) {
		const struct table_part *now =
			table_start(&new, old.v[i].start);
		const struct vt_dev *p = now && now->kept ? now->entry : NULL;
		bool gone = !now || !now->kept;
		bool again = p && (vt_dev_text(p, "wipe") || is_taken(p));
		if (table_is_extended(&old, &old.v[i]) || (!gone && !again))
			continue;
		VT_AUTO_FREE char *dev =
			table_part_dev(made->dev, old.v[i].number);
		vt_strv_add(out, dev);
	}
	return 0;
}

static int list_all(
	const struct plan *plan, struct vt_strv *out, struct vt_err **err)
{
	for (size_t i = 0; i < plan->graph.n; i++) {
		const struct vt_dev *d = &plan->graph.v[i];
		if (!vt_dev_is(d, VT_DISK))
			continue;
		if (is_overwritten(d))
			vt_strv_add(out, plan_dev(plan, d));
		else if (list_parts(plan, d, out, err) < 0)
			return -1;
	}
	return 0;
}

/* First everything is stopped, and then wiped: a part of an array that is left
 * could start it again. */
int clear_disks(const struct plan *plan, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv all = VT_STRV_INIT;
	if (list_all(plan, &all, err) < 0)
		return -1;
	for (size_t i = 0; i < all.n; i++) {
		VT_AUTO_FREE char *name = device_name(all.v[i]);
		if (name && holders_stop(name, err) < 0)
			return vt_err_wrap(
				err, "stopping what uses %s", all.v[i]);
	}
	for (size_t i = 0; i < all.n; i++)
		if (clear_device(all.v[i], err) < 0)
			return vt_err_wrap(err, "clearing %s", all.v[i]);
	return 0;
}
