#include "partition.h"

#include <ctype.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "entries.h"
#include "layers.h"
#include "step.h"

#define MIB ((uint64_t)1 << 20)

/* What a partition is for: its type in each kind of table. */
static const struct part_flag {
	const char *name; /* in configs */
	const char *gpt;  /* type GUID; NULL: there is none such on a gpt */
	const char *dos;  /* type byte; NULL: none on msdos */
} flags[] = {
	{"linux", "0FC63DAF-8483-4772-8E79-3D69D8477DE4", "83"},
	{"bios_grub", "21686148-6449-6E6F-744E-656564454649", NULL},
	{"swap", "0657FD6D-A4AB-43C4-84E5-0933C84B4F4F", "82"},
	{"prep", "9E1A2D38-C612-4316-AA26-8B49521E5A8B", "41"},
	{"esp", "C12A7328-F81F-11D2-BA4B-00A0C93EC93B", "ef"},
	{"lvm", "E6D6D379-F507-44C2-A23C-238F2A3DF928", "8e"},
	{"raid", "A19D880F-05FC-4D3B-A006-743F0F84911E", "fd"},
	{"home", "933AC7E1-2EB4-4F13-B844-0E14E2AEF915", NULL},
	{"extended", NULL, "05"},
	{"logical", NULL, "83"},
	{"primary", NULL, "83"},
};

static bool has_flag(const struct entry *e, const char *flag)
{
	return e && entry_kind(e) == PARTITION &&
	       vt_str_eq(e->part.flag->name, flag);
}

bool partition_is_extended(const struct entry *e)
{
	return has_flag(e, "extended");
}

bool partition_is_bios_boot(const struct entry *e)
{
	return has_flag(e, "bios_grub");
}

/* The next partition of a disk, from *at on. */
static const struct entry *next_of(
	const struct plan *plan, const struct entry *disk, size_t *at)
{
	while (*at < plan->n) {
		const struct entry *e = &plan->v[(*at)++];
		if (entry_kind(e) == PARTITION && e->on == disk)
			return e;
	}
	return NULL;
}

static void read_flag(struct reader *r)
{
	struct partition *p = &r->e->part;
	const char *name = reader_text(r, "flag", false);
	bool gpt = r->e->on && vt_str_eq(r->e->on->disk.ptable, "gpt");
	p->flag = &flags[0];
	if (!name || !*name)
		return;
	if (!strcmp(name, "boot")) { /* curtin: on gpt that is the ESP */
		p->bootable = !gpt;
		if (!gpt)
			return;
		name = "esp";
	}
	size_t i = 0;
	while (i < VT_COUNT(flags) && strcmp(flags[i].name, name))
		i++;
	if (i == VT_COUNT(flags)) {
		reader_fail(r, "flag", "flag '%s' is not one vt-install knows",
			name);
		return;
	}
	if (gpt ? !flags[i].gpt : !flags[i].dos)
		reader_fail(r, "flag",
			gpt ? "flag '%s' needs ptable msdos"
			    : "flag '%s' needs a gpt",
			name);
	p->flag = &flags[i];
}

/* Without a number the one after the last; logical ones begin with 5. */
static void read_number(struct reader *r)
{
	struct partition *p = &r->e->part;
	const struct vt_node *n = vt_node_get(r->e->node, "number");
	bool dos = r->e->on && vt_str_eq(r->e->on->disk.ptable, "dos");
	bool logical = vt_str_eq(p->flag->name, "logical");
	const struct entry *e;
	p->number = logical ? 5 : 1;
	for (size_t at = 0; (e = next_of(r->plan, r->e->on, &at));)
		if (e->part.number >= p->number &&
			(logical || !dos || e->part.number < 5))
			p->number = e->part.number + 1;
	if (!r->failed && n &&
		vt_node_int(n, logical ? 5 : 1, dos && !logical ? 4 : 128,
			&p->number, r->err) < 0)
		r->failed = true;
	for (size_t at = 0; (e = next_of(r->plan, r->e->on, &at));)
		if (e->part.number == p->number)
			reader_fail(r, n ? "number" : NULL,
				"its number is that of '%s'", e->id);
	if (dos && !logical && p->number > 4)
		reader_fail(r, NULL,
			"an msdos table has four partitions, and logical ones",
			NULL);
}

/* A logical partition lies in the extended one, after a MiB of its own. */
static void check_logical(struct reader *r)
{
	const struct entry *e, *extended = NULL;
	uint64_t used = r->e->part.size + MIB;
	if (r->failed || !has_flag(r->e, "logical"))
		return;
	for (size_t at = 0; (e = next_of(r->plan, r->e->on, &at));) {
		if (partition_is_extended(e))
			extended = e;
		else if (has_flag(e, "logical"))
			used += e->part.size + MIB;
	}
	if (!extended)
		reader_fail(r, "flag",
			"flag '%s' needs an extended partition above it",
			"logical");
	else if (used > extended->part.size)
		reader_fail(r, NULL,
			"it does not fit into the extended partition '%s', "
			"with a MiB for each logical one",
			extended->id);
}

void partition_read(struct reader *r)
{
	struct entry *e = r->e;
	e->part = (struct partition){
		.offset = reader_size(r, "offset"), .uuid = reader_uuid(r)};
	e->on = reader_refer(r, "device", DISK, "a disk");
	if (e->on && !e->on->disk.ptable)
		reader_fail(r, "device", "disk '%s' has no ptable", e->on->id);
	if (!vt_node_get(e->node, "size"))
		reader_fail(r, NULL, "'%s' is missing", "size");
	e->part.size = reader_size(r, "size");
	if (e->part.size < 4096)
		reader_fail(r, "size", "size is under 4096 bytes", NULL);
	if (e->part.offset % MIB)
		reader_fail(r, "offset", "offset is not in whole MiB", NULL);
	read_flag(r);
	if (!r->failed)
		read_number(r);
	check_logical(r);
}

int partition_check_fits(
	const struct plan *plan, const struct entry *disk, struct vt_err **err)
{
	const struct disk *d = &disk->disk;
	const struct entry *e;
	/* a table in front, and a gpt's second one at the end */
	uint64_t need = MIB;
	uint64_t tail = vt_str_eq(d->ptable, "gpt") ? 32 * 512 + d->sector : 0;
	for (size_t at = 0; (e = next_of(plan, disk, &at));) {
		const struct partition *p = &e->part;
		if (has_flag(e, "logical"))
			continue;
		need = p->offset ? p->offset : (need + MIB - 1) / MIB * MIB;
		if (p->size > d->bytes || need > d->bytes ||
			need + p->size + tail > d->bytes)
			return vt_node_err(e->node, err,
				"storage entry '%s' does not fit: %s has %llu "
				"MiB",
				e->id, disk->dev,
				(unsigned long long)(d->bytes / MIB));
		need += p->size;
	}
	return 0;
}

/* sfdisk's input: one line a partition, in sectors of the disk. */
int partition_table(
	const struct plan *plan, const struct entry *disk, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str script = VT_STR_INIT;
	const struct disk *d = &disk->disk;
	const struct entry *e;
	bool gpt = !strcmp(d->ptable, "gpt");
	vt_str_addf(&script, "label: %s\n", d->ptable);
	for (size_t at = 0; (e = next_of(plan, disk, &at));) {
		const struct partition *p = &e->part;
		vt_str_addf(&script, "%ld : size=%llu, type=%s", p->number,
			(unsigned long long)(p->size / d->sector),
			gpt ? p->flag->gpt : p->flag->dos);
		if (p->offset)
			vt_str_addf(&script, ", start=%llu",
				(unsigned long long)(p->offset / d->sector));
		if (p->uuid && gpt)
			vt_str_addf(&script, ", uuid=%s", p->uuid);
		vt_str_add(&script, p->bootable ? ", bootable\n" : "\n");
	}
	char *argv[] = {"sfdisk", "--quiet", "--wipe=always",
		"--wipe-partitions=always", disk->dev, NULL};
	if (step_argv(argv, script.s, NULL, err) < 0)
		return -1;
	return step(err, "udevadm", "settle", "--timeout=60", NULL);
}

int partition_make(struct plan *plan, struct entry *e, struct vt_err **err)
{
	const char *dev = e->on->dev;
	bool digit = isdigit((unsigned char)dev[strlen(dev) - 1]);
	(void)plan;
	e->dev = vt_printf("%s%s%ld", dev, digit ? "p" : "", e->part.number);
	/* wiping the extended one would take the logical ones with it */
	return partition_is_extended(e) ? 0 : entry_wipe(e, err);
}
