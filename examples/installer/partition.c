#include "partition.h"

#include <ctype.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "entries.h"
#include "layers.h"
#include "step.h"
#include "storage/part_types.h"

#define MIB ((uint64_t)1 << 20)

/* curtin's flag `boot` is the ESP type on gpt, the bootable flag on msdos. */
static const char *flag_of(const struct vt_dev *p)
{
	const char *flag = vt_dev_text(p, "flag");
	const char *ptable = vt_dev_text(below(p), "ptable");
	if (flag && !strcmp(flag, "boot") && !vt_str_eq(ptable, "gpt"))
		return "linux";
	return flag ? flag : "linux";
}

bool partition_has_flag(const struct vt_dev *d, const char *flag)
{
	return vt_dev_is(d, VT_PARTITION) &&
	       vt_str_eq(vt_dev_text(d, "flag"), flag);
}

/* The type for sfdisk, or NULL if this kind of table has none. */
static const char *type_of(const struct vt_dev *p)
{
	static const char *const linux_too[] = {"logical", "primary", NULL};
	const struct vt_part_flag *flag = vt_part_flag(flag_of(p));
	if (vt_str_eq(vt_dev_text(below(p), "ptable"), "gpt"))
		return flag->guid;
	for (const char *const *word = linux_too; *word; word++)
		if (!strcmp(flag->flag, *word))
			flag = vt_part_flag("linux");
	return flag->code ? flag->code + strlen("0x") : NULL;
}

/* The next partition of a disk, from *at on. */
static const struct vt_dev *next_of(const struct vt_dev *disk, size_t *at)
{
	while (*at < disk->n_users) {
		const struct vt_dev *p = disk->users[(*at)++]->user;
		if (vt_dev_is(p, VT_PARTITION))
			return p;
	}
	return NULL;
}

static int check_flag(const struct vt_dev *p, struct vt_err **err)
{
	/* supported by curtin, not by vt-install */
	static const char *const others[] = {"mbr", "msftres", NULL};
	const char *flag = vt_dev_text(p, "flag");
	bool gpt = vt_str_eq(vt_dev_text(below(p), "ptable"), "gpt");
	for (const char *const *word = others; flag && *word; word++)
		if (!strcmp(flag, *word))
			return vt_dev_err(p, vt_dev_node(p, "flag"), err,
				"flag '%s' is not supported by vt-install",
				flag);
	if (type_of(p))
		return 0;
	return vt_dev_err(p, vt_dev_node(p, "flag"), err,
		gpt ? "flag '%s' needs ptable msdos" : "flag '%s' needs a gpt",
		flag);
}

static int check_number(const struct vt_dev *p, struct vt_err **err)
{
	bool dos = !vt_str_eq(vt_dev_text(below(p), "ptable"), "gpt");
	bool logical = partition_has_flag(p, "logical");
	uint64_t number = vt_dev_num(p, "number");
	const struct vt_node *at = vt_dev_node(p, "number");
	if (dos && !logical && number > 4)
		return vt_dev_err(p, at, err,
			"an msdos table has at most 4 primary partitions");
	if (logical && number < 5)
		return vt_dev_err(p, at, err,
			"the number of a logical partition is 5 or higher");
	if (number > 128)
		return vt_dev_err(
			p, at, err, "a table has at most 128 partitions");
	return 0;
}

/* A logical partition is in the extended one, 1 MiB after its start. */
static int check_logical(const struct vt_dev *p, struct vt_err **err)
{
	const struct vt_dev *other, *extended = NULL;
	uint64_t used = vt_dev_num(p, "size") + MIB;
	if (!partition_has_flag(p, "logical"))
		return 0;
	for (size_t at = 0; (other = next_of(below(p), &at)) && other < p;) {
		if (partition_has_flag(other, "extended"))
			extended = other;
		else if (partition_has_flag(other, "logical"))
			used += vt_dev_num(other, "size") + MIB;
	}
	if (!extended)
		return vt_dev_err(p, vt_dev_node(p, "flag"), err,
			"flag 'logical' needs an extended partition before it");
	if (used > vt_dev_num(extended, "size"))
		return vt_dev_err(p, NULL, err,
			"it does not fit into the extended partition '%s' "
			"(each "
			"logical one needs 1 MiB more)",
			extended->id);
	return 0;
}

int partition_check(const struct vt_dev *p, struct vt_err **err)
{
	const struct vt_dev *disk = below(p);
	const struct vt_node *device = vt_dev_node(p, "device");
	if (!vt_dev_is(disk, VT_DISK))
		return vt_dev_err(
			p, device, err, "device '%s' is not a disk", disk->id);
	if (!vt_dev_text(disk, "ptable"))
		return vt_dev_err(
			p, device, err, "disk '%s' has no ptable", disk->id);
	if (vt_dev_num(p, "size") < 4096)
		return vt_dev_err(p, vt_dev_node(p, "size"), err,
			"size is below 4096 bytes");
	if (vt_dev_num(p, "offset") % MIB)
		return vt_dev_err(p, vt_dev_node(p, "offset"), err,
			"offset is not a multiple of 1 MiB");
	if (check_flag(p, err) < 0 || check_number(p, err) < 0)
		return -1;
	return check_logical(p, err);
}

int partition_check_fits(
	const struct plan *plan, const struct vt_dev *disk, struct vt_err **err)
{
	const struct made *d = plan_made(plan, disk);
	const struct vt_dev *p;
	/* the table at the start, and the backup of a gpt at the end */
	uint64_t need = MIB;
	uint64_t tail = vt_str_eq(vt_dev_text(disk, "ptable"), "gpt")
				? 32 * 512 + d->sector
				: 0;
	for (size_t at = 0; (p = next_of(disk, &at));) {
		uint64_t size = vt_dev_num(p, "size");
		uint64_t offset = vt_dev_num(p, "offset");
		if (partition_has_flag(p, "logical"))
			continue;
		need = offset ? offset : (need + MIB - 1) / MIB * MIB;
		if (size > d->bytes || need > d->bytes ||
			need + size + tail > d->bytes)
			return vt_dev_err(p, NULL, err,
				"it does not fit: %s has %llu MiB", d->dev,
				(unsigned long long)(d->bytes / MIB));
		need += size;
	}
	return 0;
}

static void add_line(
	struct vt_str *script, const struct vt_dev *p, unsigned sector)
{
	bool gpt = vt_str_eq(vt_dev_text(below(p), "ptable"), "gpt");
	const char *uuid = vt_dev_text(p, "uuid");
	uint64_t offset = vt_dev_num(p, "offset");
	vt_str_addf(script, "%llu : size=%llu, type=%s",
		(unsigned long long)vt_dev_num(p, "number"),
		(unsigned long long)(vt_dev_num(p, "size") / sector),
		type_of(p));
	if (offset)
		vt_str_addf(script, ", start=%llu",
			(unsigned long long)(offset / sector));
	if (uuid && gpt)
		vt_str_addf(script, ", uuid=%s", uuid);
	if (!gpt && partition_has_flag(p, "boot"))
		vt_str_add(script, ", bootable");
	vt_str_addc(script, '\n');
}

/* The input of sfdisk: one line a partition, in sectors of the disk. */
int partition_table(
	const struct plan *plan, const struct vt_dev *disk, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str script = VT_STR_INIT;
	const struct made *d = plan_made(plan, disk);
	const struct vt_dev *p;
	bool gpt = vt_str_eq(vt_dev_text(disk, "ptable"), "gpt");
	vt_str_addf(&script, "label: %s\n", gpt ? "gpt" : "dos");
	for (size_t at = 0; (p = next_of(disk, &at));)
		add_line(&script, p, d->sector);
	char *argv[] = {"sfdisk", "--quiet", "--wipe=always",
		"--wipe-partitions=always", d->dev, NULL};
	if (step_argv(argv, script.s, NULL, err) < 0)
		return -1;
	return step(err, "udevadm", "settle", "--timeout=60", NULL);
}

int partition_make(
	struct plan *plan, const struct vt_dev *p, struct vt_err **err)
{
	const char *dev = plan_dev(plan, below(p));
	bool digit = isdigit((unsigned char)dev[strlen(dev) - 1]);
	plan_made(plan, p)->dev = vt_printf("%s%s%llu", dev, digit ? "p" : "",
		(unsigned long long)vt_dev_num(p, "number"));
	/* wiping the extended partition would wipe the logical ones */
	return partition_has_flag(p, "extended") ? 0 : entry_wipe(plan, p, err);
}
