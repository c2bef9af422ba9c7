#include "disks.h"

#include <ctype.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "fs.h"
#include "mem.h"
#include "step.h"
#include "str.h"

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
	struct disk *d, const struct vt_strv *names, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str seen = VT_STR_INIT;
	if (d->path && !d->serial && !d->wwn) {
		d->dev = realpath(d->path, NULL);
		if (!d->dev)
			return vt_node_err(d->node, err,
				"disk '%s': no '%s' here", d->id, d->path);
		return 0;
	}
	for (size_t i = 0; i < names->n; i++) {
		VT_AUTO_FREE char *dev = vt_printf("/dev/%s", names->v[i]);
		vt_str_addf(&seen, " %s", dev);
		if (!is_wanted(d, dev))
			continue;
		d->dev = vt_strdup(dev);
		return 0;
	}
	return vt_node_err(d->node, err, "disk '%s': none of%s has %s '%s'",
		d->id, vt_str_c(&seen), d->serial ? "serial" : "wwn",
		d->serial ? d->serial : d->wwn);
}

/* How large it is; and nobody else may use it or its partitions, as the root
 * of the install environment would. */
static int probe(struct disk *d, struct vt_err **err)
{
	VT_AUTO_CLOSE int fd = open(d->dev, O_RDONLY | O_EXCL | O_CLOEXEC);
	int sector, read_only;
	if (fd < 0)
		return vt_err_errno(err, "cannot use %s", d->dev);
	if (ioctl(fd, BLKGETSIZE64, &d->bytes) < 0 ||
		ioctl(fd, BLKROGET, &read_only) < 0 ||
		ioctl(fd, BLKSSZGET, &sector) < 0)
		return vt_err_errno(err, "cannot ask %s for its size", d->dev);
	d->sector = (unsigned)sector;
	return read_only ? vt_err_set(err, VT_FAILED, "%s is read-only", d->dev)
			 : 0;
}

static int check_fits(
	const struct plan *plan, const struct disk *d, struct vt_err **err)
{
	const uint64_t mib = 1 << 20;
	/* a table in front, and a gpt's second one at the end */
	uint64_t need = mib;
	uint64_t tail = vt_str_eq(d->ptable, "gpt") ? 32 * 512 + d->sector : 0;
	for (size_t i = 0; i < plan->n_parts; i++) {
		const struct partition *p = &plan->parts[i];
		if (p->disk != d)
			continue;
		need = (need + mib - 1) / mib * mib;
		if (p->size > d->bytes || need + p->size + tail > d->bytes)
			return vt_node_err(p->node, err,
				"storage entry '%s' does not fit: %s has %llu "
				"MiB",
				p->id, d->dev,
				(unsigned long long)(d->bytes / mib));
		need += p->size;
	}
	return 0;
}

static int check(struct plan *plan, struct disk *d, struct vt_err **err)
{
	for (struct disk *other = plan->disks; other < d; other++)
		if (!strcmp(other->dev, d->dev))
			return vt_node_err(d->node, err,
				"disks '%s' and '%s' are both %s", other->id,
				d->id, d->dev);
	if (probe(d, err) < 0)
		return vt_err_wrap(err, "disk '%s'", d->id);
	say("disk %s is %s, %llu MiB", d->id, d->dev,
		(unsigned long long)d->bytes >> 20);
	return check_fits(plan, d, err);
}

int disks_find(struct plan *plan, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	if (list_disks(&names, err) < 0)
		return -1;
	for (size_t i = 0; i < plan->n_disks; i++) {
		struct disk *d = &plan->disks[i];
		if (find_one(d, &names, err) < 0 || check(plan, d, err) < 0)
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
		struct disk d = {.dev = dev};
		if (probe(&d, NULL) < 0 || d.bytes < 1u << 30)
			continue;
		*bytes = d.bytes;
		return vt_strdup(dev);
	}
	vt_err_set(err, VT_FAILED,
		"no disk to install to: none is unused, writable and of 1 GiB "
		"or more");
	return NULL;
}

char *volume_dev(const struct volume *v)
{
	const char *dev = v->disk->dev;
	if (!v->part)
		return vt_strdup(dev);
	bool digit = isdigit((unsigned char)dev[strlen(dev) - 1]);
	return vt_printf("%s%s%ld", dev, digit ? "p" : "", v->part->number);
}

static int wipe(const char *dev, enum wipe how, struct vt_err **err)
{
	switch (how) {
	case WIPE_NONE:
		return 0;
	case WIPE_SUPERBLOCK:
		return step(err, "wipefs", "--all", "--quiet", dev, NULL);
	case WIPE_ZERO:
		return step(err, "blkdiscard", "--zeroout", dev, NULL);
	case WIPE_RANDOM:
		return step(err, "shred", "-n", "1", dev, NULL);
	}
	return 0;
}

/* sfdisk's input: one line a partition, in sectors of the disk. */
static int partition(
	struct plan *plan, const struct disk *d, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str script = VT_STR_INIT;
	vt_str_addf(&script, "label: %s\n", d->ptable);
	bool gpt = !strcmp(d->ptable, "gpt");
	for (size_t i = 0; i < plan->n_parts; i++) {
		const struct partition *p = &plan->parts[i];
		if (p->disk != d)
			continue;
		vt_str_addf(&script, "%ld : size=%llu, type=%s%s\n", p->number,
			(unsigned long long)(p->size / d->sector),
			gpt ? p->flag->gpt : p->flag->dos,
			p->bootable ? ", bootable" : "");
	}
	char *argv[] = {"sfdisk", "--quiet", "--wipe=always",
		"--wipe-partitions=always", d->dev, NULL};
	if (step_argv(argv, script.s, NULL, err) < 0)
		return -1;
	return step(err, "udevadm", "settle", "--timeout=60", NULL);
}

/* Inode tables and journal are zeroed now, which costs a virtual disk nothing,
 * and not by a kernel thread during the copy and the first boot. */
#define EXT_NOW "-E", "lazy_itable_init=0,lazy_journal_init=0"

/* The command that makes each kind of filesystem, and how it takes a label. */
static const struct mkfs {
	const char *fstype;
	const char *argv[7];
	const char *label, *uuid;
} makers[] = {
	{"ext2", {"mkfs.ext2", "-q", "-F", EXT_NOW}, "-L", "-U"},
	{"ext3", {"mkfs.ext3", "-q", "-F", EXT_NOW}, "-L", "-U"},
	{"ext4", {"mkfs.ext4", "-q", "-F", EXT_NOW}, "-L", "-U"},
	{"btrfs", {"mkfs.btrfs", "-q", "-f"}, "-L", "-U"},
	{"swap", {"mkswap", "-f"}, "-L", "-U"},
	/* -I: curtin formats whole disks too */
	{"fat", {"mkfs.vfat", "-I"}, "-n", "-i"},
	{"vfat", {"mkfs.vfat", "-I"}, "-n", "-i"},
	{"fat12", {"mkfs.vfat", "-I", "-F", "12"}, "-n", "-i"},
	{"fat16", {"mkfs.vfat", "-I", "-F", "16"}, "-n", "-i"},
	{"fat32", {"mkfs.vfat", "-I", "-F", "32"}, "-n", "-i"},
};

static int format(struct format *f, struct vt_err **err)
{
	VT_AUTO_FREE char *dev = volume_dev(&f->on);
	const struct mkfs *m = makers;
	while (strcmp(m->fstype, f->fstype)) /* plan.c refused others */
		m++;
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	for (size_t i = 0; i < VT_COUNT(m->argv) && m->argv[i]; i++)
		vt_strv_add(&argv, m->argv[i]);
	if (f->label && *f->label)
		vt_strv_addv(&argv, m->label, f->label, NULL);
	if (f->uuid && *f->uuid)
		vt_strv_addv(&argv, m->uuid, f->uuid, NULL);
	vt_strv_add(&argv, dev);
	if (step_argv(argv.v, NULL, NULL, err) < 0)
		return -1;
	f->uuid_found = step_output(
		err, "blkid", "-p", "-o", "value", "-s", "UUID", dev, NULL);
	return f->uuid_found ? 0 : -1;
}

int disks_prepare(struct plan *plan, struct vt_err **err)
{
	for (size_t i = 0; i < plan->n_disks; i++) {
		const struct disk *d = &plan->disks[i];
		if (wipe(d->dev, d->wipe, err) < 0)
			return -1;
		if (d->ptable && partition(plan, d, err) < 0)
			return vt_err_wrap(err, "partitioning '%s'", d->id);
	}
	for (size_t i = 0; i < plan->n_parts; i++) {
		struct volume v = {plan->parts[i].disk, &plan->parts[i]};
		VT_AUTO_FREE char *dev = volume_dev(&v);
		if (wipe(dev, plan->parts[i].wipe, err) < 0)
			return vt_err_wrap(
				err, "wiping '%s'", plan->parts[i].id);
	}
	for (size_t i = 0; i < plan->n_formats; i++)
		if (format(&plan->formats[i], err) < 0)
			return vt_err_wrap(
				err, "formatting '%s'", plan->formats[i].id);
	/* /dev/disk/by-uuid must be there before GRUB asks for it */
	return step(err, "udevadm", "settle", "--timeout=60", NULL);
}
