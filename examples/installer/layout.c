/* Where the partitions of a device lie: curtin's rules of both versions.
 *
 * A partition without an offset starts after the one before it in the config,
 * aligned to 1 MiB; a logical one 1 MiB after the one before it, or after the
 * start of the extended one. Only version 2 has offsets. Source: curtin's
 * block_meta_v2.py, and partition_handler() for version 1. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "partition.h"
#include "storage/disks.h"
#include "storage/part_types.h"
#include "storage/realise.h"

#define MIB ((uint64_t)1 << 20)

struct layout {
	const struct plan *plan;
	const struct vt_dev *on;
	const struct partitioned *device;
	const struct table *old;
	struct table *new;
};

static bool is_v2(const struct layout *l)
{
	return partition_rewrites(l->plan, l->on);
}

static bool is_logical(const struct layout *l, const struct vt_dev *p)
{
	return vt_str_eq(l->new->label, "dos") &&
	       (partition_has_flag(p, "logical") ||
		       vt_dev_num(p, "number") > 4);
}

/* The last one before it, among the logical or the other ones. */
static const struct table_part *before(const struct layout *l, bool logical)
{
	for (size_t i = l->new->n; i-- > 0;)
		if (logical == is_logical(l, l->new->v[i].entry))
			return &l->new->v[i];
	return NULL;
}

static const struct table_part *extended(const struct layout *l)
{
	for (size_t i = 0; i < l->new->n; i++)
		if (partition_has_flag(l->new->v[i].entry, "extended"))
			return &l->new->v[i];
	return NULL;
}

static uint64_t start_of(const struct layout *l, const struct vt_dev *p)
{
	uint64_t mib = MIB / l->device->sector;
	bool logical = is_logical(l, p);
	const struct table_part *last = before(l, logical);
	const struct table_part *around = extended(l);
	uint64_t at = mib;
	if (is_v2(l) && vt_node_get(p->at, "offset"))
		return vt_dev_num(p, "offset") / l->device->sector;
	if (last)
		at = last->start + last->size + (logical ? mib : 0);
	else if (logical && around)
		at = around->start + mib;
	return (at + mib - 1) / mib * mib;
}

/* Version 1 makes the extended partition larger, by what lies before each
 * logical one. */
static uint64_t size_of(const struct layout *l, const struct vt_dev *p)
{
	uint64_t bytes = vt_dev_num(p, "size");
	const struct vt_dev *other;
	if (!is_v2(l) && partition_has_flag(p, "extended"))
		for (size_t at = 0; (other = partition_next(l->on, &at));)
			bytes += partition_has_flag(other, "logical") ? MIB : 0;
	return bytes / l->device->sector;
}

/* Its type for sfdisk. On msdos, version 2 makes an ESP of `boot`. */
static char *type_of(const struct layout *l, const struct vt_dev *p)
{
	static const char *const linux_too[] = {"logical", "primary", NULL};
	const char *typed = vt_dev_text(p, "partition_type");
	const char *flag = vt_realise_flag(p, is_v2(l) ? 2 : 1);
	if (is_v2(l) && typed)
		return vt_strdup(
			typed +
			(vt_str_starts(typed, "0x") ? strlen("0x") : 0));
	if (vt_str_eq(l->new->label, "gpt"))
		return vt_strdup(vt_part_flag(flag)->guid);
	if (!strcmp(flag, "boot"))
		flag = is_v2(l) ? "esp" : "linux";
	if (vt_str_in(linux_too, flag))
		flag = "linux";
	return vt_strdup(vt_part_flag(flag)->code + strlen("0x"));
}

static char *attrs_of(const struct vt_dev *p)
{
	const struct vt_node *list = vt_node_get(p->at, "attrs");
	struct vt_str words = VT_STR_INIT;
	for (size_t i = 0; list && i < list->n; i++)
		vt_str_item(&words, " ", vt_node_text(list->items[i]));
	return words.len ? vt_str_take(&words) : NULL;
}

static void replace(char **text, char *with)
{
	if (!with)
		return;
	free(*text);
	*text = with;
}

/* What the config says of it; the rest is as it was. */
static void describe(
	const struct layout *l, const struct vt_dev *p, struct table_part *out)
{
	bool gpt = vt_str_eq(l->new->label, "gpt");
	if (!out->kept || vt_dev_text(p, "flag") ||
		(is_v2(l) && vt_dev_text(p, "partition_type")))
		replace(&out->type, type_of(l, p));
	if (!gpt && vt_dev_text(p, "flag"))
		out->active = partition_has_flag(p, "boot");
	if (!gpt || !is_v2(l))
		return;
	replace(&out->uuid, vt_strdup(vt_dev_text(p, "uuid")));
	replace(&out->name, vt_strdup(vt_dev_text(p, "partition_name")));
	replace(&out->attrs, attrs_of(p));
}

static int check_old_flag(const struct layout *l, const struct vt_dev *p,
	const struct table_part *old, struct vt_err **err)
{
	const char *flag = vt_dev_text(p, "flag");
	bool gpt = vt_str_eq(l->old->label, "gpt");
	VT_AUTO_FREE char *code =
		gpt ? vt_strdup(old->type)
		    : vt_printf("0x%02lx", strtoul(old->type, NULL, 16));
	struct vt_part_entry entry = {
		gpt ? "gpt" : "msdos", code, old->number, old->active};
	if (!flag || vt_part_flag_holds(flag, &entry))
		return 0;
	return vt_dev_err(p, vt_dev_node(p, "flag"), err,
		"it cannot be preserved with flag '%s': %s has type %s%s", flag,
		l->device->dev, code, old->active ? ", active" : "");
}

/* Find what is to be kept: version 1 by the number, version 2 by the start. */
static int find_old(const struct layout *l, const struct vt_dev *p,
	const struct table_part **out, struct vt_err **err)
{
	uint64_t number = vt_dev_num(p, "number"), start = start_of(l, p);
	const struct table_part *old = is_v2(l) ? table_start(l->old, start)
						: table_number(l->old, number);
	*out = old;
	if (!old && is_v2(l))
		return vt_dev_err(p, vt_dev_node(p, "offset"), err,
			"it cannot be preserved: no partition of %s starts at "
			"byte %" PRIu64,
			l->device->dev, start * l->device->sector);
	if (!old)
		return vt_dev_err(p, vt_dev_node(p, "number"), err,
			"it cannot be preserved: %s has no partition %" PRIu64,
			l->device->dev, number);
	bool resized = is_v2(l) && vt_dev_num(p, "resize");
	uint64_t bytes = old->size * l->device->sector;
	if (!resized && bytes != vt_dev_num(p, "size"))
		return vt_dev_err(p, vt_dev_node(p, "size"), err,
			"it cannot be preserved: partition %u of %s has "
			"%" PRIu64 " bytes, not %" PRIu64,
			old->number, l->device->dev, bytes,
			vt_dev_num(p, "size"));
	return check_old_flag(l, p, old, err);
}

static void copy(struct table_part *to, const struct table_part *from)
{
	*to = *from;
	to->type = vt_strdup(from->type);
	to->uuid = vt_strdup(from->uuid);
	to->name = vt_strdup(from->name);
	to->attrs = vt_strdup(from->attrs);
}

static int add_entry(
	const struct layout *l, const struct vt_dev *p, struct vt_err **err)
{
	struct table_part one = {
		.start = start_of(l, p), .size = size_of(l, p)};
	const struct table_part *old = NULL;
	if (vt_dev_num(p, "preserve") && l->old->label &&
		find_old(l, p, &old, err) < 0)
		return -1;
	if (old) {
		copy(&one, old);
		if (is_v2(l))
			one.size = size_of(l, p);
	}
	one.number = (unsigned)vt_dev_num(p, "number");
	one.entry = p;
	describe(l, p, &one);
	*table_add(l->new) = one;
	return 0;
}

/* Version 1 leaves the partitions that the config does not have. */
static int add_others(const struct layout *l, struct vt_err **err)
{
	for (size_t i = 0; !is_v2(l) && i < l->old->n; i++) {
		const struct table_part *old = &l->old->v[i];
		const struct table_part *now =
			table_number(l->new, old->number);
		if (now && !now->kept)
			return vt_dev_err(now->entry,
				vt_dev_node(now->entry, "number"), err,
				"%s has a partition %u, and keeps its table: "
				"add 'preserve: true' to use it",
				l->device->dev, old->number);
		if (!now)
			copy(table_add(l->new), old);
	}
	return 0;
}

static bool holds(const struct table_part *a, const struct table_part *b)
{
	return b->start >= a->start && b->start + b->size <= a->start + a->size;
}

static bool overlap(const struct table_part *a, const struct table_part *b)
{
	return a->start < b->start + b->size && b->start < a->start + a->size;
}

/* A logical partition lies in the extended one, and others beside it. */
static int check_pair(const struct layout *l, const struct table_part *p,
	const struct table_part *other, struct vt_err **err)
{
	bool in = vt_str_eq(l->new->label, "dos") && p->number > 4;
	if (table_is_extended(l->new, other) && in)
		return holds(other, p)
			       ? 0
			       : vt_dev_err(p->entry, NULL, err,
					 "it does not fit into the extended "
					 "partition '%s' (each logical one "
					 "needs 1 MiB more)",
					 other->entry ? other->entry->id : "");
	if ((table_is_extended(l->new, p) && other->number > 4) ||
		!overlap(p, other))
		return 0;
	return vt_dev_err(p->entry, NULL, err,
		"it overlaps partition %u, which starts at byte %" PRIu64,
		other->number, other->start * l->device->sector);
}

/* The backup of a gpt is at the end. */
static int check_end(
	const struct layout *l, const struct table_part *p, struct vt_err **err)
{
	uint64_t tail = vt_str_eq(l->new->label, "gpt")
				? 32 * 512 + l->device->sector
				: 0;
	uint64_t end = (p->start + p->size) * l->device->sector;
	if (p->kept || !l->device->bytes || end + tail <= l->device->bytes)
		return 0;
	return vt_dev_err(p->entry, NULL, err,
		"it does not fit: %s has %" PRIu64 " MiB", l->device->dev,
		l->device->bytes / MIB);
}

static int check_all(const struct layout *l, struct vt_err **err)
{
	const struct table *t = l->new;
	for (size_t i = 0; i < t->n; i++) {
		if (!t->v[i].entry)
			continue;
		for (size_t k = 0; k < t->n; k++)
			if (k != i && (k < i || !t->v[k].entry) &&
				check_pair(l, &t->v[i], &t->v[k], err) < 0)
				return -1;
		if (check_end(l, &t->v[i], err) < 0)
			return -1;
	}
	return 0;
}

/* A partition that begins before 1 MiB needs a gpt that allows it. */
static void set_first(const struct layout *l)
{
	uint64_t mib = MIB / l->device->sector, first = mib;
	for (size_t i = 0; i < l->new->n; i++)
		if (l->new->v[i].start < first)
			first = l->new->v[i].start;
	if (vt_str_eq(l->new->label, "gpt") && !l->new->first && first < mib)
		l->new->first = first;
}

int partition_layout(const struct plan *plan, const struct vt_dev *on,
	const struct partitioned *device, const struct table *old,
	struct table *new, struct vt_err **err)
{
	struct layout l = {plan, on, device, old, new};
	const struct vt_dev *p;
	bool gpt = vt_str_eq(vt_dev_text(on, "ptable"), "gpt");
	new->label = old->label ? old->label : gpt ? "gpt" : "dos";
	new->id = vt_strdup(old->id);
	new->first = old->first;
	new->last = old->last;
	new->length = old->length;
	for (size_t at = 0; (p = partition_next(on, &at));)
		if (add_entry(&l, p, err) < 0)
			return -1;
	if (add_others(&l, err) < 0 || check_all(&l, err) < 0)
		return -1;
	set_first(&l);
	return 0;
}
