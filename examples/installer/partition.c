/* Makes the partitions of a device. */
#include "partition.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "blockdev.h"
#include "clear.h"
#include "entries.h"
#include "layers.h"
#include "resize.h"
#include "step.h"
#include "storage/part_types.h"

bool partition_has_flag(const struct vt_dev *d, const char *flag)
{
	return vt_dev_is(d, VT_PARTITION) &&
	       vt_str_eq(vt_dev_text(d, "flag"), flag);
}

const struct vt_dev *partition_next(const struct vt_dev *on, size_t *at)
{
	while (*at < on->n_users) {
		const struct vt_dev *p = on->users[(*at)++]->user;
		if (vt_dev_is(p, VT_PARTITION))
			return p;
	}
	return NULL;
}

/* Stricter than curtin, which makes a Linux partition of flags that the table
 * does not have. */
static int check_flag(const struct vt_dev *p, struct vt_err **err)
{
	const char *flag = vt_dev_text(p, "flag");
	const struct vt_part_flag *f = flag ? vt_part_flag(flag) : NULL;
	bool gpt = vt_str_eq(vt_dev_text(below(p), "ptable"), "gpt");
	const struct vt_node *at = vt_dev_node(p, "flag");
	if (!f || (gpt ? f->guid : f->msdos_name))
		return 0;
	return vt_dev_err(p, at, err,
		gpt ? "flag '%s' needs ptable msdos" : "flag '%s' needs a gpt",
		flag);
}

/* What becomes a word of sfdisk's script. */
static int check_words(const struct vt_dev *p, struct vt_err **err)
{
	static const char *const words[] = {"partition_type", "uuid", NULL};
	static const char hex[] = "0123456789abcdefABCDEFx-";
	const struct vt_node *attrs = vt_node_get(p->at, "attrs");
	uint64_t bits;
	for (const char *const *key = words; *key; key++) {
		const char *s = vt_dev_text(p, *key);
		if (s && s[strspn(s, hex)])
			return vt_dev_err(p, vt_dev_node(p, *key), err,
				"%s '%s' is not a hexadecimal number or UUID",
				*key, s);
	}
	for (size_t i = 0; attrs && i < attrs->n; i++)
		if (!vt_part_attrs_add(vt_node_text(attrs->items[i]), &bits))
			return vt_node_err(attrs->items[i], err,
				"partition '%s': attribute '%s' is unknown to "
				"sfdisk",
				p->id, vt_node_text(attrs->items[i]));
	return 0;
}

int partition_check(const struct vt_dev *p, struct vt_err **err)
{
	bool gpt = vt_str_eq(vt_dev_text(below(p), "ptable"), "gpt");
	if (vt_dev_num(p, "size") < 4096)
		return vt_dev_err(p, vt_dev_node(p, "size"), err,
			"size is below 4096 bytes");
	if (gpt && vt_dev_num(p, "number") > 128)
		return vt_dev_err(p, vt_dev_node(p, "number"), err,
			"a partition table has at most 128 partitions");
	return check_flag(p, err) < 0 ? -1 : check_words(p, err);
}

bool partition_keeps_table(const struct vt_dev *on)
{
	return vt_dev_num(on, "preserve") &&
	       (vt_dev_is(on, VT_DISK) || !vt_dev_text(on, "wipe"));
}

/* Its kind of table; NULL: none, or one that is kept and not read. */
static const char *ptable_of(const struct vt_dev *on)
{
	const char *ptable = vt_dev_text(on, "ptable");
	return vt_str_eq(ptable, "unsupported") ? NULL : ptable;
}

bool partition_rewrites(const struct plan *plan, const struct vt_dev *on)
{
	static const char *const known[] = {"gpt", "msdos", NULL};
	const char *ptable = ptable_of(on);
	return plan->graph.version == 2 && ptable && vt_str_in(known, ptable);
}

/* The table must be of the kind that the config says. */
int partition_read(const struct vt_dev *on, const char *dev, struct table *old,
	struct vt_err **err)
{
	const char *ptable = ptable_of(on);
	size_t at = 0;
	if (!partition_keeps_table(on) || (!ptable && !partition_next(on, &at)))
		return 0;
	if (table_read(dev, old, err) < 0)
		return -1;
	if (!old->label)
		return vt_dev_err(on, NULL, err,
			"its partition table cannot be preserved: %s has no "
			"gpt and no msdos table",
			dev);
	if (ptable && vt_str_eq(ptable, "gpt") != vt_str_eq(old->label, "gpt"))
		return vt_dev_err(on, vt_dev_node(on, "ptable"), err,
			"%s has a table of type %s, not %s", dev,
			vt_str_eq(old->label, "gpt") ? "gpt" : "msdos", ptable);
	return 0;
}

int partition_check_all(const struct plan *plan, struct vt_err **err)
{
	static const struct partitioned unknown = {"it", 0, 512};
	for (size_t i = 0; i < plan->graph.n; i++) {
		AUTO_TABLE struct table old = {0}, new = {0};
		const struct vt_dev *on = &plan->graph.v[i];
		if (!partition_keeps_table(on) &&
			partition_layout(plan, on, &unknown, &old, &new, err) <
				0)
			return -1;
	}
	return 0;
}

/* No signature may appear with a new partition, or the kernel and udev would
 * use what was there before. */
static int zero_new(const char *dev, const struct table *t, unsigned sector,
	struct vt_err **err)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct table_part *p = &t->v[i];
		if (!p->kept && !table_is_extended(t, p) &&
			clear_ends(dev, p->start * sector, p->size * sector,
				err) < 0)
			return -1;
	}
	return 0;
}

static bool has_new(const struct table *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (!t->v[i].kept)
			return true;
	return false;
}

int partition_table(
	const struct plan *plan, const struct vt_dev *on, struct vt_err **err)
{
	AUTO_TABLE struct table old = {0}, new = {0};
	struct partitioned device = {.dev = plan_dev(plan, on)};
	bool keeps = partition_keeps_table(on);
	size_t at = 0;
	/* what takes all of it overwrites a table without partitions */
	if (!partition_next(on, &at) && (on->n_users || !ptable_of(on)))
		return 0;
	if (device_size(device.dev, &device.bytes, &device.sector, err) < 0 ||
		partition_read(on, device.dev, &old, err) < 0 ||
		partition_layout(plan, on, &device, &old, &new, err) < 0)
		return -1;
	bool append = keeps && !partition_rewrites(plan, on);
	if (append && !has_new(&new))
		return 0;
	if (resize_before(plan, on, &old, device.sector, err) < 0 ||
		zero_new(device.dev, &new, device.sector, err) < 0 ||
		table_write(device.dev, &new, append, err) < 0)
		return -1;
	return resize_after(plan, on, &old, device.sector, err);
}

int partition_make(
	struct plan *plan, const struct vt_dev *p, struct vt_err **err)
{
	const char *dev = plan_dev(plan, below(p));
	plan_made(plan, p)->dev = table_part_dev(dev, vt_dev_num(p, "number"));
	/* wiping the extended partition would wipe the logical ones */
	return partition_has_flag(p, "extended") ? 0 : entry_wipe(plan, p, err);
}
