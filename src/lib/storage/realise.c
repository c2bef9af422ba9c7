#include "storage/realise.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "storage/disks.h"
#include "storage/dname.h"
#include "storage/fstypes.h"
#include "storage/made.h"
#include "storage/part_types.h"
#include "storage/types.h"
#include "storage/zfs.h"

static struct vt_field *field(struct vt_dev *d, const char *word)
{
	return (struct vt_field *)vt_dev_field(d, word);
}

/* "1, 2, 10": an installer that creates the table creates no others; owned */
static char *partition_numbers(const struct vt_dev *disk)
{
	struct vt_str list = VT_STR_INIT;
	bool has[257] = {false};
	for (size_t i = 0; i < disk->n_users; i++)
		if (vt_dev_is(disk->users[i]->user, VT_PARTITION))
			has[vt_dev_num(disk->users[i]->user, "number")] = true;
	for (int i = 1; i <= 256; i++)
		if (has[i])
			vt_str_addf(&list, "%s%d", list.len ? ", " : "", i);
	return list.len ? vt_str_take(&list) : vt_strdup("none");
}

/* Whether the table is that of before: `wipe` replaces it on an array. Source:
 * curtin's disk_handler(). */
static bool keeps_table(const struct vt_dev *d)
{
	return vt_dev_num(d, "preserve") &&
	       (vt_dev_is(d, VT_DISK) || !vt_dev_text(d, "wipe"));
}

/* Version 1 keeps the partitions of a preserved disk or array that the config
 * does not have; version 2 writes the table again. What takes the whole device
 * overwrites its table; and version 1 makes a gpt with its first partition. */
static void realise_table(struct vt_graph *g, struct vt_dev *d)
{
	struct vt_field *ptable = field(d, "ptable");
	/* blkid and sfdisk say dos, curtin and parted msdos */
	if (ptable && vt_str_eq(ptable->text, "dos"))
		ptable->text = "msdos";
	bool gpt = ptable && vt_str_eq(ptable->text, "gpt");
	bool known = gpt || (ptable && vt_str_eq(ptable->text, "msdos"));
	bool kept = keeps_table(d);
	bool made = vt_dev_has_only_parts(d) &&
		    (vt_dev_has_parts(d) || g->version == 2 || !gpt);
	vt_dev_expect(d, "ptable", known && (kept || made));
	/* its target chooses the serial */
	struct vt_field *serial = field(d, "serial");
	if (serial && vt_dev_is_iscsi(d)) {
		serial->text = NULL;
		serial->expected = false;
	}
	if (known && made && (g->version == 2 || !kept))
		vt_dev_derive(g, d, "partitions", partition_numbers(d), 0);
}

/* Source: curtin's SGDISK_FLAGS, GPT_GUID_TO_CURTIN_MAP and
 * MBR_TYPE_TO_CURTIN_MAP; its partition_handler() for msdos in version 1. */
const char *vt_realise_flag(const struct vt_dev *p, long version)
{
	static const char *const sgdisk[] = {"bios_grub", "boot", "home",
		"linux", "lvm", "msftres", "prep", "raid", "swap", NULL};
	static const char *const gpt[] = {"bios_grub", "boot", "home", "linux",
		"lvm", "mbr", "msftres", "prep", "raid", "swap", NULL};
	static const char *const parted[] = {
		"boot", "swap", "extended", "logical", "primary", NULL};
	static const char *const msdos[] = {"boot", "swap", "extended",
		"logical", "primary", "linux", "lvm", "raid", NULL};
	const struct vt_dev *on = vt_dev_ref(p, "device");
	const char *flag = vt_dev_text(p, "flag");
	bool is_gpt = on && vt_str_eq(vt_dev_text(on, "ptable"), "gpt");
	const char *const *known = version == 2 ? (is_gpt ? gpt : msdos)
				   : is_gpt     ? sgdisk
						: parted;
	return flag && vt_str_in(known, flag) ? flag : "linux";
}

/* What the flag makes of its type, unless version 2 has a type. Of a partition
 * that is kept nothing is written. */
static void realise_type(struct vt_graph *g, struct vt_dev *p)
{
	const struct vt_dev *on = vt_dev_ref(p, "device");
	struct vt_field *flag = field(p, "flag");
	bool typed = g->version == 2 && vt_dev_text(p, "partition_type");
	bool msdos = on && vt_str_eq(vt_dev_text(on, "ptable"), "msdos");
	bool gpt = on && vt_str_eq(vt_dev_text(on, "ptable"), "gpt");
	bool active = msdos && vt_str_eq(vt_dev_text(p, "flag"), "boot");
	vt_dev_expect(p, "partition_type", typed);
	vt_dev_expect(p, "flag", vt_dev_text(p, "flag") && (active || !typed));
	if (flag && vt_dev_text(p, "flag") && !vt_dev_num(p, "preserve"))
		flag->text = vt_realise_flag(p, g->version);
	/* what is kept may be of any type, and active */
	bool made = !vt_dev_num(p, "preserve");
	if (made && msdos && !active)
		vt_dev_derive(g, p, "active", NULL, 0);
	if (made && (msdos || gpt) && !typed && !vt_dev_text(p, "flag"))
		vt_dev_derive(g, p, "flag", vt_strdup("linux"), 0);
	if (g->version == 2 && active && !typed)
		vt_dev_derive(g, p, "partition_type",
			vt_strdup(vt_part_flag("esp")->code), 0);
}

/* What sfdisk, which version 2 uses, writes to the tables that it makes; also
 * of a partition that is kept. Source: curtin's disk_handler_v2(). */
static void realise_entry(struct vt_graph *g, struct vt_dev *p)
{
	static const char *const made[] = {"gpt", "msdos", NULL};
	const struct vt_dev *on = vt_dev_ref(p, "device");
	const struct vt_field *attrs = vt_dev_field(p, "attrs");
	const struct vt_node *list = attrs ? attrs->node : NULL;
	const char *ptable = on ? vt_dev_text(on, "ptable") : NULL;
	bool gpt = vt_str_eq(ptable, "gpt"), known = true;
	VT_AUTO_STR struct vt_str words = VT_STR_INIT;
	uint64_t bits = 0;
	vt_dev_expect(p, "offset", ptable && vt_str_in(made, ptable));
	vt_dev_expect(p, "uuid", gpt && vt_dev_text(p, "uuid"));
	if (!gpt || !list)
		return;
	/* sfdisk drops the list if it does not know a word: the partition then
	 * does not have what is asked for */
	for (size_t i = 0; i < list->n; i++) {
		const char *word = vt_node_text(list->items[i]);
		known &= vt_part_attrs_add(word, &bits);
		vt_str_item(&words, ", ", word);
	}
	vt_dev_derive(g, p, "attributes",
		known ? vt_part_attrs_text(bits) : vt_str_take(&words), 0);
	field(p, "attributes")->node = list;
}

static void realise_partition(struct vt_graph *g, struct vt_dev *d)
{
	vt_dev_expect(d, "number", true);
	vt_dev_expect(d, "partition_name", vt_dev_text(d, "partition_name"));
	realise_type(g, d);
	realise_entry(g, d);
}

/* A size of 0 takes the space that is left, as does no size. */
static void realise_lvm_partition(struct vt_graph *g, struct vt_dev *d)
{
	(void)g;
	vt_dev_expect(d, "size", vt_dev_num(d, "size"));
}

char *vt_realise_label(const struct vt_dev *format)
{
	const char *label = vt_dev_text(format, "label");
	const struct vt_fstype *t = vt_fstype(vt_dev_text(format, "fstype"));
	if (!label)
		return NULL;
	return vt_strndup(label, strnlen(label, t ? t->label_max : SIZE_MAX));
}

/* "-O ^ext_attr" */
static void realise_mkfs(struct vt_graph *g, struct vt_dev *d)
{
	const struct vt_field *f = field(d, "extra_options");
	const struct vt_node *list = f ? f->node : NULL;
	struct vt_str words = VT_STR_INIT;
	for (size_t i = 0; list && i < list->n; i++)
		vt_str_item(&words, " ", list->items[i]->text);
	if (!words.len || vt_dev_num(d, "preserve")) {
		vt_str_free(&words);
		return;
	}
	vt_dev_derive(g, d, "mkfs_options", vt_str_take(&words), 0);
	field(d, "mkfs_options")->node = list;
}

/* curtin makes a pool 'rpool' and datasets of it, and ignores its label. The
 * superblock of a pool's device has the pool's name. */
static void realise_zfsroot(struct vt_graph *g, struct vt_dev *d)
{
	vt_dev_derive(g, d, "fstype", vt_strdup("zfs_member"), 0);
	vt_dev_derive(g, d, "label", vt_strdup("rpool"), 0);
	field(d, "label")->ignored = true;
	vt_dev_expect(d, "uuid", false);
}

/* A root is mounted by the initramfs; others are by their properties. */
static void realise_zfs(struct vt_graph *g, struct vt_dev *d)
{
	const struct vt_dev *pool = vt_dev_ref(d, "pool");
	const struct vt_node *properties = vt_node_get(d->at, "properties");
	const char *point = vt_zfs_asked(vt_node_get(properties, "mountpoint"));
	const char *can = vt_zfs_asked(vt_node_get(properties, "canmount"));
	if (vt_str_eq(point, "/") && !vt_str_eq(can, "off"))
		vt_dev_derive(g, d, "dataset",
			vt_zfs_dataset(vt_dev_text(pool, "pool"),
				vt_dev_text(d, "volume")),
			0);
}

static void realise_format(struct vt_graph *g, struct vt_dev *d)
{
	const struct vt_fstype *t = vt_fstype(vt_dev_text(d, "fstype"));
	struct vt_field *label = field(d, "label");
	if (vt_str_eq(vt_dev_text(d, "fstype"), "zfsroot")) {
		realise_zfsroot(g, d);
		return;
	}
	bool kept = vt_dev_num(d, "preserve");
	vt_dev_expect(d, "fstype", vt_dev_text(d, "fstype"));
	/* curtin does not write the label of what is kept; an empty label is
	 * none, unless mkfs has one of its options */
	vt_dev_expect(d, "label",
		!kept && (vt_dev_text(d, "label") ||
				 !vt_dev_field(d, "extra_options")));
	if (vt_dev_text(d, "label"))
		label->text = vt_graph_own(g, vt_realise_label(d));
	vt_dev_expect(d, "uuid", vt_dev_text(d, "uuid") && (!t || t->uuid));
	realise_mkfs(g, d);
}

/* The level's name: a number and 'stripe' are other words for it. */
static void realise_level(struct vt_graph *g, struct vt_field *level)
{
	long number;
	if (vt_node_type(level->node) == VT_TYPE_INT &&
		vt_node_int(level->node, 0, 10, &number, NULL) == 0)
		level->text = vt_graph_own(g, vt_printf("raid%ld", number));
	else if (vt_str_eq(level->text, "stripe"))
		level->text = "raid0";
}

/* As mdadm(8) prints what it makes of a word. */
static const char *metadata_of(const char *word)
{
	static const char *const newest[] = {"1", "default", NULL};
	static const char *const old[] = {"0", "0.9", NULL};
	return vt_str_in(newest, word) ? "1.2"
	       : vt_str_in(old, word)  ? "0.90"
				       : word;
}

/* The name is a path's last word, and also the array's unless it has one of its
 * own. An array that is kept has what it had. */
static void realise_raid(struct vt_graph *g, struct vt_dev *d)
{
	realise_table(g, d);
	struct vt_field *name = field(d, "name"),
			*level = field(d, "raidlevel");
	struct vt_field *metadata = field(d, "metadata");
	bool kept = vt_dev_num(d, "preserve"), named = vt_dev_text(d, "mdname");
	if (level)
		realise_level(g, level);
	if (metadata && metadata->text)
		metadata->text = metadata_of(metadata->text);
	if (name && name->text) {
		if (vt_str_starts(name->text, "/dev/"))
			name->text += strlen("/dev/");
		if (vt_str_starts(name->text, "md/"))
			name->text += strlen("md/");
	}
	vt_dev_expect(d, "name", !kept && !named);
	vt_dev_expect(d, "mdname", !kept && named);
	vt_dev_expect(d, "metadata", !kept && metadata && metadata->text);
}

/* The values of the config, unless a rule of the type changes them. */
static void expect_all(struct vt_dev *d)
{
	for (size_t i = 0; i < d->n_fields; i++) {
		const struct vt_field *f = &d->fields[i];
		vt_dev_expect(d, f->key->word, !(f->text && !*f->text));
	}
}

/* Version 1 ignores the keys that only version 2 has. */
static void forget_v2(struct vt_dev *d)
{
	for (size_t i = 0; i < d->n_fields; i++)
		if (d->fields[i].key->flags & VT_KEY_V2)
			d->fields[i].expected = false;
}

void vt_realise(struct vt_graph *g)
{
	static const struct {
		enum vt_type_id id;
		void (*realise)(struct vt_graph *g, struct vt_dev *d);
	} rules[] = {
		{VT_DISK, realise_table},
		{VT_PARTITION, realise_partition},
		{VT_FORMAT, realise_format},
		{VT_RAID, realise_raid},
		{VT_BCACHE, realise_table},
		{VT_LVM_PARTITION, realise_lvm_partition},
		{VT_DM_CRYPT, vt_realise_dm_crypt},
		{VT_ZFS, realise_zfs},
		{VT_MOUNT, vt_realise_mount},
	};
	for (size_t i = 0; i < g->n; i++)
		expect_all(&g->v[i]);
	/* before the names of arrays are changed */
	vt_realise_dnames(g);
	vt_realise_made(g);
	vt_realise_swap(g);
	for (size_t i = 0; i < g->n; i++)
		for (size_t r = 0; r < VT_COUNT(rules); r++)
			if (rules[r].id == g->v[i].type->id)
				rules[r].realise(g, &g->v[i]);
	for (size_t i = 0; i < g->n; i++)
		vt_realise_wipe(g, &g->v[i]);
	for (size_t i = 0; g->version != 2 && i < g->n; i++)
		forget_v2(&g->v[i]);
}
