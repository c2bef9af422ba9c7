#include "partition.h"

#include <ctype.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "entries.h"
#include "layers.h"
#include "step.h"
#include "storage/part_types.h"
#include "storage/realise.h"

#define MIB ((uint64_t)1 << 20)

bool partition_has_flag(const struct vt_dev *d, const char *flag)
{
	return vt_dev_is(d, VT_PARTITION) &&
	       vt_str_eq(vt_dev_text(d, "flag"), flag);
}

/* Its type for sfdisk; NULL: this kind of table does not have it. On msdos boot
 * is a mark beside the type. */
static const char *type_of(const struct vt_dev *p)
{
	static const char *const linux_too[] = {
		"boot", "logical", "primary", NULL};
	const char *flag = vt_realise_flag(p, 1);
	bool gpt = vt_str_eq(vt_dev_text(below(p), "ptable"), "gpt");
	if (gpt)
		return vt_part_flag(flag)->guid;
	if (vt_str_in(linux_too, flag))
		flag = "linux";
	const char *code = vt_part_flag(flag)->code;
	return code ? code + strlen("0x") : NULL;
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

/* Stricter than curtin, which makes a Linux partition of flags that the table
 * does not have. */
static int check_flag(const struct vt_dev *p, struct vt_err **err)
{
	static const char *const unsupported[] = {"mbr", "msftres", NULL};
	const char *flag = vt_dev_text(p, "flag");
	const struct vt_part_flag *f = flag ? vt_part_flag(flag) : NULL;
	bool gpt = vt_str_eq(vt_dev_text(below(p), "ptable"), "gpt");
	const struct vt_node *at = vt_dev_node(p, "flag");
	if (flag && vt_str_in(unsupported, flag))
		return vt_dev_err(p, at, err,
			"flag '%s' is not supported by vt-install", flag);
	if (!f || (gpt ? f->guid : f->msdos_name))
		return 0;
	return vt_dev_err(p, at, err,
		gpt ? "flag '%s' needs ptable msdos" : "flag '%s' needs a gpt",
		flag);
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
	if (extended && used > vt_dev_num(extended, "size"))
		return vt_dev_err(p, NULL, err,
			"it does not fit into the extended partition '%s' "
			"(each logical one needs 1 MiB more)",
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
	if (vt_dev_num(p, "size") < 4096)
		return vt_dev_err(p, vt_dev_node(p, "size"), err,
			"size is below 4096 bytes");
	if (vt_dev_num(p, "offset") % MIB)
		return vt_dev_err(p, vt_dev_node(p, "offset"), err,
			"offset is not a multiple of 1 MiB");
	if (vt_dev_num(p, "number") > 128)
		return vt_dev_err(p, vt_dev_node(p, "number"), err,
			"a partition table has at most 128 partitions");
	if (check_flag(p, err) < 0)
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
