#include "storage/part_rules.h"

#include <inttypes.h>
#include <string.h>

#include "base/str.h"
#include "storage/types.h"

enum { MAX_NUMBER = 256, MAX_PRIMARY = 4 };

static bool has_flag(const struct vt_dev *p, const char *flag)
{
	return vt_str_eq(vt_dev_text(p, "flag"), flag);
}

/* The partitions of a device in turn, in the config's order. */
static const struct vt_dev *next_of(const struct vt_dev *on, size_t *at)
{
	while (*at < on->n_users) {
		const struct vt_dev *p = on->users[(*at)++]->user;
		if (vt_dev_is(p, VT_PARTITION))
			return p;
	}
	return NULL;
}

/* curtin's number for a partition without one: its place on the device, for a
 * logical one among the logical ones, from 5. */
static uint64_t implied_number(const struct vt_dev *p, const struct vt_dev *on)
{
	const struct vt_dev *other;
	bool logical = has_flag(p, "logical");
	uint64_t number = logical ? MAX_PRIMARY + 1 : 1;
	for (size_t i = 0; (other = next_of(on, &i)) && other != p;)
		number += !logical || has_flag(other, "logical");
	return number;
}

int vt_parts_number(const struct vt_dev *on, struct vt_err **err)
{
	const struct vt_dev *taken[MAX_NUMBER + 1] = {NULL};
	for (size_t i = 0; i < on->n_users; i++) {
		struct vt_dev *p = on->users[i]->user;
		if (!vt_dev_is(p, VT_PARTITION))
			continue;
		if (!vt_dev_num(p, "number"))
			vt_dev_set(p, vt_type_key(p->type, "number"), NULL,
				implied_number(p, on));
		uint64_t number = vt_dev_num(p, "number");
		if (number > MAX_NUMBER)
			return vt_dev_err(p, NULL, err,
				"'%s' has more than %d partitions", on->id,
				MAX_NUMBER);
		if (taken[number])
			return vt_dev_err(p, vt_dev_node(p, "number"), err,
				"its number %d on '%s' is that of '%s'",
				(int)number, on->id, taken[number]->id);
		taken[number] = p;
	}
	return 0;
}

/* The partitions that curtin makes need a table that it knows. */
static int check_table(
	const struct vt_dev *on, const struct vt_dev *p, struct vt_err **err)
{
	static const char *const known[] = {"gpt", "msdos", "vtoc", NULL};
	const char *ptable = vt_dev_text(on, "ptable");
	if (vt_dev_num(p, "preserve") && vt_dev_is(on, VT_DISK) && ptable &&
		!vt_dev_num(on, "preserve"))
		return vt_dev_err(p, vt_dev_node(p, "preserve"), err,
			"it cannot be preserved: '%s' gets a new partition "
			"table unless it has 'preserve: true'",
			on->id);
	if (vt_str_eq(ptable, "vtoc") && !vt_dev_is(on, VT_DISK))
		return vt_dev_err(on, vt_dev_node(on, "ptable"), err,
			"only a DASD of s390x has a 'vtoc': use gpt or msdos");
	if (vt_dev_num(p, "preserve") || (ptable && vt_str_in(known, ptable)))
		return 0;
	if (!ptable)
		return vt_dev_err(on, NULL, err,
			"it has partitions ('%s') and needs a 'ptable': gpt "
			"or msdos",
			p->id);
	return vt_dev_err(on, vt_dev_node(on, "ptable"), err,
		"curtin makes no partitions ('%s') with ptable '%s': use %s",
		p->id, ptable,
		!strcmp(ptable, "dos") ? "msdos" : "gpt or msdos");
}

/* Version 1 starts a partition where the one that is listed before it ends;
 * only number 1 starts at the beginning. */
static int check_before(
	const struct vt_dev *on, const struct vt_dev *p, struct vt_err **err)
{
	const struct vt_dev *other;
	uint64_t number = vt_dev_num(p, "number");
	bool msdos = vt_str_eq(vt_dev_text(on, "ptable"), "msdos");
	if (number == 1 || (msdos && number == MAX_PRIMARY + 1))
		return 0;
	for (size_t i = 0; (other = next_of(on, &i)) && other != p;)
		if (!has_flag(other, "extended"))
			return 0;
	return vt_dev_err(p, vt_dev_node(p, "number"), err,
		"version 1 lays each partition after the one before it, and "
		"there is none before number %" PRIu64
		": the first has number 1 (or use version 2)",
		number);
}

/* What a table of msdos holds so far. */
struct msdos {
	const struct vt_dev *extended;
	unsigned logical; /* number of the last logical one */
	bool primary[MAX_PRIMARY + 1];
};

static bool is_logical(const struct vt_dev *p, long version)
{
	return has_flag(p, "logical") ||
	       (version == 2 && vt_dev_num(p, "number") > MAX_PRIMARY &&
		       vt_node_get(p->at, "number"));
}

static int no_extended(const struct vt_dev *p, struct vt_err **err)
{
	if (has_flag(p, "logical"))
		return vt_dev_err(p, vt_dev_node(p, "flag"), err,
			"flag 'logical' needs a partition with 'flag: "
			"extended' before it");
	return vt_dev_err(p, vt_dev_node(p, "number"), err,
		"number %" PRIu64 " is a logical partition, which needs one "
		"with 'flag: extended' before it",
		vt_dev_num(p, "number"));
}

static int check_logical(
	const struct vt_dev *p, struct msdos *t, struct vt_err **err)
{
	uint64_t number = vt_dev_num(p, "number");
	if (!t->extended)
		return no_extended(p, err);
	t->logical++;
	if (number == MAX_PRIMARY + t->logical)
		return 0;
	return vt_dev_err(p, vt_dev_node(p, "number"), err,
		"logical partitions are numbered from 5 in their order: this "
		"one is %u, not %" PRIu64,
		MAX_PRIMARY + t->logical, number);
}

static int check_primary(const struct vt_dev *p, long version, struct msdos *t,
	struct vt_err **err)
{
	uint64_t number = vt_dev_num(p, "number"), next = 1;
	if (number > MAX_PRIMARY)
		return vt_dev_err(p, vt_dev_node(p, "number"), err,
			"an msdos table has at most 4 primary partitions, not "
			"number %" PRIu64 ": use 'flag: logical'",
			number);
	if (has_flag(p, "extended") && t->extended)
		return vt_dev_err(p, vt_dev_node(p, "flag"), err,
			"'%s' is the extended partition already: an msdos "
			"table has one",
			t->extended->id);
	if (has_flag(p, "extended"))
		t->extended = p;
	while (next < MAX_PRIMARY && t->primary[next])
		next++;
	t->primary[number] = true;
	if (version == 2 || number == next)
		return 0;
	return vt_dev_err(p, vt_dev_node(p, "number"), err,
		"parted, which version 1 uses, numbers primary partitions in "
		"their order: this one is %" PRIu64 ", not %" PRIu64,
		next, number);
}

/* Version 1 only looks at a partition that it keeps: any number will do, except
 * that 5 requires an extended partition. */
static int check_kept(
	const struct vt_dev *p, struct msdos *t, struct vt_err **err)
{
	const struct vt_dev *on = vt_dev_ref(p, "device"), *other;
	uint64_t number = vt_dev_num(p, "number");
	bool extended = false;
	for (size_t i = 0; (other = next_of(on, &i));)
		extended |= has_flag(other, "extended");
	if (number == MAX_PRIMARY + 1 && !extended)
		return no_extended(p, err);
	if (has_flag(p, "extended"))
		t->extended = p;
	if (number <= MAX_PRIMARY)
		t->primary[number] = true;
	else
		t->logical++;
	return 0;
}

static int check_msdos(const struct vt_dev *p, long version, struct msdos *t,
	struct vt_err **err)
{
	if (version == 1 && vt_dev_num(p, "preserve"))
		return check_kept(p, t, err);
	if (version == 1 && has_flag(p, "prep"))
		return vt_dev_err(p, vt_dev_node(p, "flag"), err,
			"a PReP partition needs 'ptable: gpt'");
	return is_logical(p, version) ? check_logical(p, t, err)
				      : check_primary(p, version, t, err);
}

/* On a gpt, version 2 writes the place of a partition without a number, and
 * then looks for the number that a logical one has on msdos. */
static int check_gpt(
	const struct vt_dev *on, const struct vt_dev *p, struct vt_err **err)
{
	const struct vt_dev *other;
	uint64_t place = 1;
	for (size_t i = 0; (other = next_of(on, &i)) && other != p;)
		place++;
	if (!has_flag(p, "logical") || vt_dev_num(p, "number") == place)
		return 0;
	if (!vt_node_is_null(vt_node_get(p->at, "number")))
		return 0;
	return vt_dev_err(p, vt_dev_node(p, "flag"), err,
		"flag 'logical' needs 'ptable: msdos'");
}

int vt_parts_check(const struct vt_dev *on, long version, struct vt_err **err)
{
	bool msdos = vt_str_eq(vt_dev_text(on, "ptable"), "msdos");
	bool gpt = vt_str_eq(vt_dev_text(on, "ptable"), "gpt");
	struct msdos table = {0};
	const struct vt_dev *p;
	for (size_t i = 0; (p = next_of(on, &i));)
		if (check_table(on, p, err) < 0 ||
			(version == 1 && check_before(on, p, err) < 0) ||
			(version == 2 && gpt && check_gpt(on, p, err) < 0) ||
			(msdos && check_msdos(p, version, &table, err) < 0))
			return -1;
	return 0;
}
