/* The storage graph: read, measured, realised, written, compared. */
#include <stdlib.h>
#include <unistd.h>

#include "../tap.h"
#include "base/fs.h"
#include "base/mem.h"
#include "graph/compare.h"
#include "graph/expect.h"
#include "storage/boot_code.h"
#include "storage/disks.h"
#include "storage/fstypes.h"
#include "storage/options.h"
#include "storage/part_types.h"
#include "storage/read.h"
#include "storage/realise.h"
#include "storage/size.h"
#include "storage/storage_look.h"
#include "storage/types.h"

#define MIB ((uint64_t)1 << 20)
#define DISK "{id: d, type: disk, serial: s, ptable: gpt}"
#define MSDOS "{id: d, type: disk, serial: s, ptable: msdos}"
#define PART(id, more) ", {id: " id ", type: partition, device: d, " more "}"

/* A config whose storage section is `entries`, of this version. */
static struct vt_doc *config(int version, const char *entries)
{
	VT_AUTO_FREE char *text = vt_printf(
		"storage: {version: %d, config: [%s]}\n", version, entries);
	struct vt_doc *doc = vt_doc_parse("c", text, strlen(text), NULL);
	if (!doc)
		abort();
	return doc;
}

static int measured(
	struct vt_graph *g, const struct vt_doc *doc, struct vt_err **err)
{
	if (vt_storage_read(g, doc->root, err) < 0)
		return -1;
	return vt_storage_sizes(g, err);
}

static void refused(const char *entries, const char *words)
{
	VT_AUTO_DOC struct vt_doc *doc = config(1, entries);
	VT_AUTO_GRAPH struct vt_graph g = {0};
	VT_AUTO_ERR struct vt_err *err = NULL;
	int rc = measured(&g, doc, &err);
	ok(rc < 0 && strstr(err->msg, words) && strstr(err->msg, "c:1:"),
		"refused: %s", words);
	if (err && !strstr(err->msg, words))
		printf("# %s\n", err->msg);
}

/* Values that PyYAML does not read as the strings that curtin needs. */
static void scalars(void)
{
	refused("{id: d, type: disk, serial: 0123}",
		"serial must be a string, but without quotes 0123 is the "
		"integer 83: write '0123'");
	refused("{id: d, type: disk, wwn: 0x5000c500a0b1c2d3}",
		"is the integer 5764824129520911059: write");
	refused("{id: d, type: disk, serial: 12:30}", "750 (in base 60)");
	refused("{id: d, type: disk, serial: 1.50}", "is a float: write");
	refused("{id: d, type: disk, serial: s, name: on}", "is a boolean");
	refused("{id: d, type: disk, serial: 2026-01-31}", "is a date");
	refused(DISK ", {id: f, type: format, volume: d, fstype: ext4, label: "
		     "1}",
		"label must be a string");
	refused(DISK ", {id: f, type: format, volume: d, fstype: ext4, "
		     "extra_options: [-N, 100]}",
		"extra_options must be a string");
	refused(DISK
		", {id: a, type: raid, name: a, raidlevel: 1, metadata: 01, "
		"devices: [d]}",
		"metadata must be a string, but without quotes 01 is");
	VT_AUTO_DOC struct vt_doc *doc = config(1,
		DISK ", {id: 010, type: format, volume: d, fstype: ext4}, "
		     "{id: m, type: mount, device: 010, path: /, passno: 2, "
		     "freq: '1'}, {id: r, type: raid, name: r, raidlevel: 1, "
		     "metadata: 1.2, devices: [d], preserve: true}");
	VT_AUTO_GRAPH struct vt_graph g = {0};
	ok(vt_storage_read(&g, doc->root, NULL) == 0,
		"numbers where curtin takes them");
}

/* Ids are keys of a dict. */
static void ids(void)
{
	VT_AUTO_DOC struct vt_doc *doc = config(1,
		"{id: 010, type: disk, serial: s, ptable: gpt}, {id: p, type: "
		"partition, device: 8, size: 1M}, {id: q, type: partition, "
		"device: 0x8, size: 1M}");
	VT_AUTO_GRAPH struct vt_graph g = {0};
	ok(vt_storage_read(&g, doc->root, NULL) == 0, "numbers are equal");
	refused("{id: 1, type: disk, serial: s, ptable: gpt}, {id: p, type: "
		"partition, device: '1', size: 1M}",
		"its device '1' is not the id at line 1, since one of the two "
		"is a string");
}

static void errors(void)
{
	refused("{id: d}", "without 'type'");
	refused("{type: disk}", "without 'id'");
	refused("{id: d, type: disc, serial: s}", "did you mean 'disk'");
	refused(DISK ", " DISK, "is already that of line 1");
	refused("{id: d, type: disk}", "disk 'd': it has no serial, wwn");
	refused(DISK PART("p", "size: 0"), "'p': it has no size");
	refused(DISK PART("p", "number: 1"), "'p': 'size' is missing");
	refused(DISK PART("p", "size: 1G, flag: bott"), "mean 'boot'");
	refused(DISK PART("p", "size: 1G, number: 300"), "300");
	refused(DISK PART("p", "size: 1G, number: 2")
			PART("q", "size: 1G, number: 2"),
		"its number 2 on 'd' is that of 'p'");
	refused("{id: f, type: format, volume: g, fstype: xfs}",
		"its volume 'g' is not in the config: did you mean 'f'");
	refused(DISK ", {id: m, type: mount, device: d, path: /}",
		"its device 'd' is a disk, not one of: format");
	refused(DISK ", {id: v, type: lvm_volgroup, name: v, devices: d}",
		"list");
	refused("{id: m, type: mount, path: /x}", "neither 'device' nor");
	refused("{id: m, type: mount, spec: x, path: /x}", "'fstype'");
	refused(DISK ", {id: f, type: format, volume: d, fstype: ext4}"
		     ", {id: m, type: mount, device: f}",
		"it has no 'path'");
	refused("{id: a, type: raid, name: a, raidlevel: 1, devices: [b]}, "
		"{id: b, type: raid, name: b, raidlevel: 1, devices: [a]}",
		"a cycle");
	refused(DISK PART("p", "size: 1G") ", {id: v, type: lvm_volgroup, "
					   "name: v, devices: [p]}, "
					   "{id: l, type: lvm_partition, "
					   "volgroup: v, name: l, size: 2G}",
		"what lies on it needs 2049 MiB, but it has 1024 MiB");
}

#define GROUP(on) ", {id: v, type: lvm_volgroup, name: v, devices: [" on "]}"
#define VOLUME_OF(more)                                                        \
	", {id: l, type: lvm_partition, volgroup: v, name: l" more "}"
#define VOLUME(more) GROUP("d") VOLUME_OF(more)
#define ROOT                                                                   \
	", {id: f, type: format, volume: l, fstype: ext4}"                     \
	", {id: m, type: mount, device: f, path: /}"

/* MiB that the disk d needs; 0: the config is refused */
static uint64_t need_of(const struct vt_doc *doc)
{
	VT_AUTO_GRAPH struct vt_graph g = {0};
	VT_AUTO_ERR struct vt_err *err = NULL;
	if (measured(&g, doc, &err) < 0) {
		printf("# %s\n", err->msg);
		return 0;
	}
	return vt_graph_find(&g, "d")->need_bytes / MIB;
}

static uint64_t need(const char *entries)
{
	VT_AUTO_DOC struct vt_doc *doc = config(1, entries);
	return need_of(doc);
}

static uint64_t with_swap(const char *size, const char *entries)
{
	VT_AUTO_FREE char *text = vt_printf("swap: {size: %s}\nstorage: "
					    "{version: 1, config: [%s]}\n",
		size, entries);
	VT_AUTO_DOC struct vt_doc *doc =
		vt_doc_parse("c", text, strlen(text), NULL);
	return need_of(doc);
}

static void sizes(void)
{
	is_int((long long)need(DISK), 0, "a disk with nothing on it");
	is_int((long long)need(DISK PART("p", "size: 1G")
			       PART("q", "size: 1G, offset: 3G")),
		4096, "partitions and a gap");
	is_int((long long)need(MSDOS PART("e", "size: 1G, flag: extended")
			       PART("l", "size: 512M, flag: logical")),
		1026, "logical ones lie in the extended one");
	is_int((long long)with_swap("2G",
		       DISK ", {id: f, type: format, volume: d, fstype: ext4}"
			    ", {id: m, type: mount, device: f, path: /}"),
		2048, "a swap file on a disk");
	is_int((long long)with_swap("2G", DISK VOLUME("") ROOT), 2057,
		"on a logical volume that takes all of a disk");
	is_int((long long)with_swap("2G", DISK PART("p", "size: 1G") GROUP("p")
						  VOLUME_OF("") ROOT),
		0, "refused: larger than what is left of a group");
	is_int((long long)with_swap("500M", DISK PART("p", "size: 1G") GROUP(
						    "p") VOLUME_OF("") ROOT),
		1025, "one that fits");
	is_int((long long)need(DISK
		       ", {id: v, type: lvm_volgroup, name: v, devices: [d]}, "
		       "{id: l, type: lvm_partition, volgroup: v, name: l, "
		       "size: 1G}"),
		1033, "a volume group");
	is_int((long long)need(DISK
		       ", {id: e, type: disk, serial: e}, {id: f, type: disk, "
		       "serial: f}, {id: r, type: raid, name: r, raidlevel: 4, "
		       "ptable: gpt, devices: [d, e, f]}, {id: p, type: "
		       "partition, device: r, size: 2G}"),
		1024 + 1 + 128, "raid 4 has one device for parity");
}

static const char *field(
	const struct vt_graph *g, const char *id, const char *word)
{
	const struct vt_dev *d = vt_graph_find(g, id);
	const struct vt_field *f = d ? vt_dev_field(d, word) : NULL;
	return f && f->expected ? f->text : NULL;
}

static bool expected(const struct vt_graph *g, const char *id, const char *word)
{
	const struct vt_dev *d = vt_graph_find(g, id);
	const struct vt_field *f = d ? vt_dev_field(d, word) : NULL;
	return f && f->expected;
}

/* The array r of d, e and f with some keys. */
static void arrays(void)
{
	static const struct {
		const char *keys, *word, *is;
	} rows[] = {
		{"name: md0, raidlevel: 5", "raidlevel", "raid5"},
		{"name: md0, raidlevel: 0x5", "raidlevel", "raid5"},
		{"name: md0, raidlevel: stripe", "raidlevel", "raid0"},
		{"name: md0, raidlevel: raid6", "raidlevel", "raid6"},
		{"name: md0, raidlevel: 1", "name", "md0"},
		{"name: /dev/md/x, raidlevel: 1", "name", "x"},
		{"name: md0, mdname: y, raidlevel: 1", "mdname", "y"},
		{"name: md0, mdname: y, raidlevel: 1", "name", NULL},
		{"name: x, raidlevel: 1, preserve: true", "name", NULL},
		{"name: x, raidlevel: 1, metadata: default", "metadata", "1.2"},
		{"name: x, raidlevel: 1, metadata: 0.90", "metadata", "0.90"},
		{"name: x, raidlevel: 1, metadata: 1.0", "metadata", "1.0"},
		{"name: x, raidlevel: 1", "metadata", NULL},
		{"name: x, raidlevel: 1, ptable: dos", "ptable", "msdos"},
	};
	for (size_t i = 0; i < VT_COUNT(rows); i++) {
		VT_AUTO_FREE char *entries = vt_printf(DISK
			", {id: e, type: disk, serial: e}, {id: f, type: "
			"disk, serial: f}, {id: r, type: raid, devices: "
			"[d, e, f], %s}",
			rows[i].keys);
		VT_AUTO_DOC struct vt_doc *doc = config(1, entries);
		VT_AUTO_GRAPH struct vt_graph g = {0};
		measured(&g, doc, NULL);
		vt_realise(&g);
		VT_AUTO_FREE char *what =
			vt_printf("%s of %s", rows[i].word, rows[i].keys);
		is_str(field(&g, "r", rows[i].word), rows[i].is, what);
	}
}

#define BOOT_DISK(id, more)                                                    \
	"{id: " id ", type: disk, serial: " id ", ptable: gpt" more "}"
#define ESP_OF(disk)                                                           \
	", {id: e" disk ", type: partition, device: " disk ", size: 1G, flag:" \
	" boot}, {id: f" disk ", type: format, volume: e" disk ", fstype: "    \
	"vfat}"

/* Where GRUB goes, and where it does not. */
static void boot_code(void)
{
	static const struct vt_boot_kind bios = {.bios = true},
					 prep = {.prep = true},
					 uefi = {.efi = "x64"},
					 ubuntu = {.efi = "x64",
						 .several_esps = true};
	static const struct {
		const char *b, *c; /* keys of the disks */
		const struct vt_boot_kind *kind;
		const char *is[4]; /* of b, c, their partitions */
	} rows[] = {
		{", grub_device: true", ", wipe: superblock", &bios,
			{"bios", "none"}},
		{", grub_device: 1", "", &bios, {"bios"}},
		{", grub_device: true", ", wipe: zero, preserve: true", &bios,
			{"bios"}},
		{", grub_device: true", ", grub_device: true", &bios,
			{"bios", "bios"}},
		{", grub_device: false", ", wipe: zero", &bios, {NULL}},
		{", grub_device: true", "", &prep, {NULL}},
		{"", ", grub_device: true", &uefi,
			{NULL, "efi-x64-copy", "efi-x64"}},
		{", grub_device: true", ", grub_device: true", &ubuntu,
			{"efi-x64", "efi-x64", "efi-x64"}},
		{", wipe: zero", "", &uefi, {NULL, NULL, "efi-x64"}},
	};
	static const char *const ids[] = {"b", "c", "eb", "ec"};
	for (size_t i = 0; i < VT_COUNT(rows); i++) {
		VT_AUTO_FREE char *entries = vt_printf(
			BOOT_DISK("b", "%s") ", " BOOT_DISK("c", "%s")
				ESP_OF("b") ESP_OF("c") ", {id: m, type: "
							"mount, device: fb, "
							"path: /boot/efi}",
			rows[i].b, rows[i].c);
		VT_AUTO_DOC struct vt_doc *doc = config(1, entries);
		VT_AUTO_GRAPH struct vt_graph g = {0};
		measured(&g, doc, NULL);
		vt_realise(&g);
		vt_realise_boot(&g, rows[i].kind);
		for (size_t k = 0; k < VT_COUNT(ids); k++) {
			VT_AUTO_FREE char *what = vt_printf("boot code of %s"
							    ": %s%s",
				ids[k], rows[i].b, rows[i].c);
			is_str(field(&g, ids[k], "boot_code"), rows[i].is[k],
				what);
		}
	}
}

static void boot_partition(void)
{
	VT_AUTO_DOC struct vt_doc *doc = config(1,
		DISK PART("p", "size: 8M, flag: prep, grub_device: true")
			PART("q", "size: 8M, flag: prep"));
	VT_AUTO_GRAPH struct vt_graph g = {0};
	measured(&g, doc, NULL);
	vt_realise(&g);
	vt_realise_boot(&g, &(struct vt_boot_kind){.prep = true});
	is_str(field(&g, "p", "boot_code"), "prep", "GRUB in a PReP partition");
	is_str(field(&g, "q", "boot_code"), NULL, "and in no other");
}

static void mkfs_options(void)
{
	VT_AUTO_DOC struct vt_doc *doc = config(1,
		DISK ", {id: f, type: format, volume: d, fstype: ext4, "
		     "extra_options: [-O, '^ext_attr', -b1024]}, "
		     "{id: e, type: disk, serial: e}, {id: k, type: format, "
		     "volume: e, fstype: ext4, extra_options: [-O, x], "
		     "preserve: true}");
	VT_AUTO_GRAPH struct vt_graph g = {0};
	measured(&g, doc, NULL);
	vt_realise(&g);
	is_str(field(&g, "f", "mkfs_options"), "-O ^ext_attr -b1024",
		"options of mkfs");
	is_str(field(&g, "k", "mkfs_options"), NULL, "mkfs does not run");
}

static void realised(void)
{
	VT_AUTO_DOC struct vt_doc *doc = config(1,
		"{id: o, type: disk, serial: o, ptable: dos}, " MSDOS PART("p",
			"size: 1G, wipe: zero, partition_name: x") PART("e",
			"size: 1G, flag: extended") PART("l",
			"size: 1M, flag: logical, wipe: "
			"zero") ", {id: f, type: format, "
				"volume: p, fstype: fat32, "
				"label: twelve-chars, uuid: "
				"u}"
				", {id: m, type: mount, "
				"device: f, path: /x, "
				"options: noauto}"
				", {id: i, type: disk, "
				"path: 'iscsi:__RFC4173__'}"
				", {id: s, type: format, "
				"volume: i, fstype: swap}"
				", {id: sm, type: mount, "
				"device: s}"
				", {id: z, type: format, "
				"volume: l, fstype: zfsroot}"
				", {id: n, type: disk, path: "
				"'iscsi:host::3260:1:iqn'}"
				", {id: nv, name: nv, type: lvm_volgroup, "
				"devices: [n]}"
				", {id: nl, name: nl, type: "
				"lvm_partition, volgroup: nv, "
				"size: 1G}"
				", {id: nf, type: format, "
				"volume: nl, fstype: ext4}"
				", {id: nm, type: mount, "
				"device: nf, path: /n}"
				", {id: t, type: mount, "
				"spec: 'a b', path: /t, "
				"fstype: fat}");
	VT_AUTO_GRAPH struct vt_graph g = {0};
	is_int(measured(&g, doc, NULL), 0, "a config to be realised");
	vt_realise(&g);
	is_str(field(&g, "o", "ptable"), "msdos", "dos is msdos");
	is_str(field(&g, "d", "partitions"), "1, 2, 5", "numbers of the rest");
	ok(!vt_dev_text(vt_graph_find(&g, "p"), "untouched") &&
			!vt_dev_text(vt_graph_find(&g, "l"), "untouched"),
		"what is used is not zero");
	ok(!expected(&g, "p", "partition_name"), "version 1 has no such key");
	ok(expected(&g, "e", "size") && expected(&g, "p", "size"), "sizes");
	is_str(field(&g, "f", "label"), "twelve-char", "a label is cut");
	ok(!expected(&g, "f", "uuid"), "a FAT takes no UUID");
	ok(expected(&g, "m", "mounted") &&
			!vt_dev_num(vt_graph_find(&g, "m"), "mounted"),
		"noauto: not mounted");
	ok(!expected(&g, "m", "options"), "so no options are in effect");
	is_str(field(&g, "m", "fstab"), "* /x vfat noauto", "its line");
	is_str(field(&g, "sm", "fstab"), "* none swap defaults,_netdev",
		"a swap over the network");
	is_str(field(&g, "nm", "fstab"), "* /n ext4 defaults,_netdev",
		"a volume on an iSCSI disk of another server");
	is_str(field(&g, "z", "label"), "rpool", "a zfsroot is a pool");
	is_str(field(&g, "t", "fstab"), "a\\040b /t vfat defaults",
		"a spec with a space");
}

/* When there is a table, and which partitions are on it. */
static void tables(void)
{
	static const struct {
		int version;
		const char *entries, *id, *ptable, *partitions;
	} rows[] = {
		{1, DISK PART("p", "size: 1G"), "d", "gpt", "1"},
		{1, DISK, "d", NULL, NULL},
		{2, DISK, "d", "gpt", "none"},
		{1, MSDOS, "d", "msdos", "none"},
		{1, MSDOS ", {id: f, type: format, volume: d, fstype: ext4}",
			"d", NULL, NULL},
		{1,
			"{id: d, type: disk, serial: s, ptable: gpt, preserve: "
			"true}",
			"d", "gpt", NULL},
		{1, "{id: d, type: disk, serial: s, ptable: unsupported}", "d",
			NULL, NULL},
		{1,
			"{id: c, type: disk, serial: c}, {id: b, type: disk, "
			"serial: b}, {id: d, type: bcache, backing_device: b, "
			"cache_device: c, ptable: gpt}" PART("p", "size: 1G"),
			"d", "gpt", "1"},
		{1,
			"{id: a, type: disk, serial: a}, {id: b, type: disk, "
			"serial: b}, {id: d, type: raid, name: d, raidlevel: "
			"1, devices: [a, b], preserve: true, wipe: superblock, "
			"ptable: gpt}" PART("p", "size: 1G"),
			"d", "gpt", "1"},
	};
	for (size_t i = 0; i < VT_COUNT(rows); i++) {
		VT_AUTO_DOC struct vt_doc *doc =
			config(rows[i].version, rows[i].entries);
		VT_AUTO_GRAPH struct vt_graph g = {0};
		is_int(measured(&g, doc, NULL), 0, rows[i].entries);
		vt_realise(&g);
		is_str(field(&g, rows[i].id, "ptable"), rows[i].ptable,
			"its table");
		is_str(field(&g, rows[i].id, "partitions"), rows[i].partitions,
			"its partitions");
	}
}

#define KEPT "{id: d, type: disk, serial: s, ptable: gpt, preserve: true}"
#define EXT ", {id: f, type: format, volume: p, fstype: ext4"

static void wiped(void)
{
	static const char other[] =
		", {id: o, type: disk, serial: o, grub_device: true}";
	static const char whole[] = "{id: d, type: disk, serial: s, wipe: zero";
	static const char table[] = ", ptable: gpt}";
	static const struct {
		const char *entries, *more, *id;
		bool expected;
		const char *untouched;
	} rows[] = {
		{DISK PART("p", "size: 1G, wipe: superblock"), EXT "}", "p",
			true, NULL},
		{DISK PART("p", "size: 1G, wipe: zero"), "", "p", true, "all"},
		{DISK PART("p", "size: 1G, wipe: zero"), EXT "}", "p", true,
			NULL},
		{DISK PART("p", "size: 1G, wipe: random"), "", "p", true,
			"all"},
		{DISK PART("p", "size: 1G, wipe: zero, flag: bios_grub"), "",
			"p", true, NULL},
		{DISK PART("p", "size: 1G, wipe: zero, flag: bios_grub"), other,
			"p", true, "all"},
		{KEPT PART("p", "size: 1G, wipe: superblock, preserve: true"),
			EXT ", preserve: true}", "p", false, NULL},
		{KEPT PART("p", "size: 1G, wipe: superblock, preserve: true"),
			EXT "}", "p", true, NULL},
		{MSDOS PART("p", "size: 1G, flag: extended, wipe: zero"), "",
			"p", false, NULL},
		{whole, "}", "d", true, "all"},
		{whole, ", grub_device: true}", "d", true, NULL},
		{whole, "}, {id: f, type: format, volume: d, fstype: ext4}",
			"d", true, NULL},
		{whole, table, "d", true, "gaps"},
		{whole, ", ptable: gpt}" PART("p", "size: 1G"), "d", true,
			"gaps"},
		{whole,
			", ptable: gpt}, {id: f, type: format, volume: d, "
			"fstype: ext4}",
			"d", true, NULL},
		{whole, ", ptable: msdos}", "d", true, "later gaps"},
		{whole,
			", ptable: msdos}, {id: o, type: disk, serial: o, "
			"grub_device: true}",
			"d", true, "gaps"},
		{whole, ", grub_device: true, ptable: msdos}", "d", true,
			"later gaps"},
		{DISK PART("p", "size: 1G, wipe: superblock"),
			", {id: z, type: zpool, pool: z, vdevs: [p]}", "p",
			false, NULL},
	};
	for (size_t i = 0; i < VT_COUNT(rows); i++) {
		VT_AUTO_FREE char *entries =
			vt_printf("%s%s", rows[i].entries, rows[i].more);
		VT_AUTO_DOC struct vt_doc *doc = config(1, entries);
		VT_AUTO_GRAPH struct vt_graph g = {0};
		is_int(measured(&g, doc, NULL), 0, entries);
		vt_realise(&g);
		ok(expected(&g, rows[i].id, "wipe") == rows[i].expected,
			"whether it can be seen");
		is_str(vt_dev_text(vt_graph_find(&g, rows[i].id), "untouched"),
			rows[i].untouched, "and where");
	}
}

static void swap(void)
{
	VT_AUTO_DOC struct vt_doc *doc = config(1,
		DISK ", {id: f, type: format, volume: d, fstype: swap}"
		     ", {id: m, type: mount, device: f, path: none, "
		     "options: defaults}"
		     ", {id: n, type: mount, spec: LABEL=x, fstype: swap, "
		     "options: pri=1, freq: 0, passno: 0}"
		     ", {id: o, type: mount, spec: LABEL=y, fstype: swap, "
		     "path: /y, options: 'pri=-1,noauto', passno: -1}");
	VT_AUTO_GRAPH struct vt_graph g = {0};
	is_int(measured(&g, doc, NULL), 0, "swap");
	vt_realise(&g);
	is_str(field(&g, "m", "fstab"), "* none swap sw", "defaults are sw");
	is_str(field(&g, "n", "fstab"), "LABEL=x none swap pri=1",
		"other options stay");
	is_str(field(&g, "n", "priority"), "1", "a priority");
	is_str(field(&g, "o", "priority"), NULL, "none that is negative");
	is_str(field(&g, "o", "fstab"), "LABEL=y /y swap pri=-1,noauto",
		"a path of swap is written");
	ok(expected(&g, "n", "freq") && expected(&g, "n", "passno"),
		"fields 5 and 6");
	ok(!expected(&g, "o", "passno") && !expected(&g, "m", "freq"),
		"but no defaults of the installer's");
}

static void encrypted(void)
{
	VT_AUTO_DOC struct vt_doc *doc = config(1,
		DISK ", {id: e, type: disk, serial: e}"
		     ", {id: c, type: dm_crypt, volume: d, key: secret}"
		     ", {id: r, type: dm_crypt, volume: e, dm_name: x, "
		     "keyfile: /dev/urandom, options: [a, b]}"
		     ", {id: w, type: disk, serial: w}"
		     ", {id: k, type: dm_crypt, volume: w, key: secret, "
		     "preserve: true}");
	VT_AUTO_DOC struct vt_doc *out = vt_doc_new();
	VT_AUTO_GRAPH struct vt_graph g = {0}, back = {0};
	is_int(measured(&g, doc, NULL), 0, "encryption");
	vt_realise(&g);
	is_str(field(&g, "c", "dm_name"), "c", "its name is its id");
	is_str(field(&g, "c", "crypttab"), "c * none luks", "its line");
	is_str(field(&g, "r", "crypttab"), "x * /dev/urandom a,b",
		"with a random key and options");
	is_int(vt_storage_read_expected(&back, vt_graph_write(&g, out), NULL),
		0, "is written and read");
	const struct vt_dev *c = vt_graph_find(&back, "c");
	const struct vt_dev *r = vt_graph_find(&back, "r");
	is_str(field(&back, "r", "dm_name"), "x", "with another name");
	is_str(r ? vt_dev_text(r, "keyfile") : NULL, "/dev/urandom",
		"with its file");
	is_str(c ? vt_dev_text(c, "key") : NULL, "secret",
		"with the key that must open it");
	ok(!vt_dev_field(vt_graph_find(&back, "k"), "key"),
		"without the key of one that is kept, which curtin ignores");
}

static void version2(void)
{
	VT_AUTO_DOC struct vt_doc *doc = config(
		2, DISK PART("p", "size: 1G, flag: linux, partition_name: x, "
				  "partition_type: 4F68BCE3-E8CD-4DB1-96E7-"
				  "FBCAF984B709"));
	VT_AUTO_GRAPH struct vt_graph g = {0};
	is_int(measured(&g, doc, NULL), 0, "version 2");
	vt_realise(&g);
	is_str(field(&g, "p", "partition_name"), "x", "has names");
	ok(expected(&g, "p", "partition_type") && !expected(&g, "p", "flag"),
		"and a type wins over a flag");
}

/* What only sfdisk, which version 2 uses, writes to a table. */
static void table_entries(void)
{
	static const char uuid[] = "2f6b1f3e-0f7c-4f10-9d0c-5b1b0a6c7d8e";
	static const char asked[] = "['GUID:59,63', LegacyBIOSBootable]";
	static const struct {
		int version;
		const char *ptable, *asked, *uuid, *attrs;
		bool offset;
	} rows[] = {
		{1, "gpt", asked, NULL, NULL, false},
		{2, "gpt", asked, uuid, "LegacyBIOSBootable, GUID:59, GUID:63",
			true},
		{2, "gpt", "[legacy_boot]", uuid, "legacy_boot", true},
		{2, "msdos", asked, NULL, NULL, true},
	};
	for (size_t i = 0; i < VT_COUNT(rows); i++) {
		VT_AUTO_FREE char *what = vt_printf(
			"version %d, %s", rows[i].version, rows[i].ptable);
		VT_AUTO_FREE char *entries = vt_printf(
			"{id: d, type: disk, serial: s, ptable: %s}" PART("p",
				"size: 1G, offset: 2M, uuid: %s, attrs: %s"),
			rows[i].ptable, uuid, rows[i].asked);
		VT_AUTO_DOC struct vt_doc *doc =
			config(rows[i].version, entries);
		VT_AUTO_GRAPH struct vt_graph g = {0};
		is_int(measured(&g, doc, NULL), 0, what);
		vt_realise(&g);
		is_str(field(&g, "p", "uuid"), rows[i].uuid, "its UUID");
		is_str(field(&g, "p", "attributes"), rows[i].attrs,
			"its attributes");
		ok(expected(&g, "p", "offset") == rows[i].offset, "its offset");
	}
}

static void round_trip(void)
{
	VT_AUTO_DOC struct vt_doc *doc = config(1,
		DISK PART("p", "size: 1G") ", {id: f, type: format, volume: p, "
					   "fstype: ext4, label: ''}"
					   ", {id: m, type: mount, device: f, "
					   "path: /}");
	VT_AUTO_DOC struct vt_doc *out = vt_doc_new();
	VT_AUTO_GRAPH struct vt_graph g = {0}, back = {0};
	VT_AUTO_ERR struct vt_err *err = NULL;
	measured(&g, doc, NULL);
	vt_realise(&g);
	vt_graph_find(&g, "d")->image = "disks/a.img";
	vt_graph_find(&g, "d")->sector_bytes = 4096;
	int rc = vt_storage_read_expected(&back, vt_graph_write(&g, out), &err);
	is_int(rc, 0, "what is written is read");
	const struct vt_dev *d = vt_graph_find(&back, "d");
	const struct vt_dev *p = vt_graph_find(&back, "p");
	ok(d && vt_str_eq(d->image, "disks/a.img") && d->sector_bytes == 4096,
		"with the image of a disk");
	ok(p && vt_dev_ref(p, "device") == d, "with references");
	ok(p && vt_dev_num(p, "size") == 1024 * MIB && vt_dev_is_used(p),
		"with values");
	is_str(field(&back, "m", "fstab"), "* / ext4 defaults", "and texts");
	is_str(field(&back, "f", "label"), "", "an empty label is none");
	ok(!vt_dev_field(vt_graph_find(&back, "f"), "uuid"),
		"but nothing that nobody asks for");
}

struct seen {
	unsigned n, skips;
	char *first;
};

static void count(void *arg, struct vt_compared *c)
{
	struct seen *s = arg;
	s->n++;
	s->skips += c->outcome == VT_COMPARED_SKIP;
	if (!s->first)
		s->first = vt_strdup(c->name);
}

static void nothing_to_see(void)
{
	VT_AUTO_DOC struct vt_doc *doc = config(1,
		KEPT ", {id: e, type: disk, serial: e}, {id: h, type: disk, "
		     "serial: h}, {id: r, type: raid, name: r, raidlevel: 1, "
		     "devices: [e, h]}"
		     ", {id: f, type: format, volume: r, fstype: ext4}"
		     ", {id: m, type: mount, device: f, path: /}");
	VT_AUTO_GRAPH struct vt_graph g = {0};
	struct seen seen = {0};
	measured(&g, doc, NULL);
	vt_realise(&g);
	vt_graph_find(&g, "d")->image = "no-such.img";
	struct vt_look *look = vt_storage_look_new(&g, "/nonexistent", NULL);
	for (size_t i = 0; i < g.n; i++)
		vt_compare_dev(look, &g.v[i], count, &seen);
	vt_look_free(look);
	is_str(seen.first, "disk d serial", "a result has kind, id and field");
	is_int(seen.n, 12, "a result for each statement");
	is_int(seen.skips, 12, "and where nothing tells, a skip");
	free(seen.first);
}

static void likeness(void)
{
	VT_AUTO_STRV struct vt_strv missing = VT_STRV_INIT;
	ok(vt_fstype_same("fat32", "vfat", "FAT32") &&
			!vt_fstype_same("fat32", "vfat", "FAT16") &&
			vt_fstype_same("fat", "vfat", "FAT16") &&
			vt_fstype_same("ext4", "ext4", "1.0") &&
			!vt_fstype_same("ext4", NULL, NULL),
		"file systems and blkid's names of them");
	ok(vt_uuid_same("12AB-34CD", "12ab34cd") &&
			!vt_uuid_same("12AB", "12AB3"),
		"UUIDs");
	ok(vt_part_type_same("83", "0x83") && vt_part_type_same("0X0c", "c") &&
			!vt_part_type_same("83", "82"),
		"types of partitions");
	struct vt_part_entry gpt = {.ptable = "gpt",
		.type = "21686148-6449-6E6F-744E-656564454649",
		.number = 1};
	ok(vt_part_flag_holds("bios_grub", &gpt) &&
			!vt_part_flag_holds("boot", &gpt) &&
			!vt_part_flag_means("bios_grub", "msdos"),
		"flags");
	vt_options_without_effect("rw,noatime,umask=077,subvol=@,nofail",
		"rw,noatime,fmask=0077,dmask=0077,subvol=/@", &missing);
	is_int((long long)missing.n, 0, "options that are in effect");
	vt_options_without_effect("rw,noexec", "ro", &missing);
	is_int((long long)missing.n, 2, "options that are not");
}

/* Each layer uses both entries of the one below: 2^40 ways lead to the disk. */
static void shared_layers(void)
{
	VT_AUTO_STR struct vt_str entries = VT_STR_INIT;
	vt_str_add(&entries, "{id: a0, type: disk, serial: a}, "
			     "{id: b0, type: disk, path: 'iscsi:h::::t'}");
	for (int i = 1; i <= 40; i++)
		for (const char *id = "ab"; *id; id++)
			vt_str_addf(&entries,
				", {id: %c%d, type: raid, name: %c%d, "
				"raidlevel: 1, devices: [a%d, b%d]}",
				*id, i, *id, i, i - 1, i - 1);
	VT_AUTO_DOC struct vt_doc *doc = config(1, entries.s);
	VT_AUTO_GRAPH struct vt_graph g = {0};
	alarm(20);
	is_int(vt_storage_read(&g, doc->root, NULL), 0, "shared layers");
	ok(vt_graph_find(&g, "a40")->on_iscsi, "a disk below is on iSCSI");
	ok(!vt_graph_find(&g, "a0")->on_iscsi, "another one is not");
	alarm(0);
}

int main(void)
{
	shared_layers();
	ids();
	scalars();
	errors();
	sizes();
	boot_code();
	boot_partition();
	mkfs_options();
	realised();
	arrays();
	tables();
	wiped();
	swap();
	encrypted();
	version2();
	table_entries();
	round_trip();
	nothing_to_see();
	likeness();
	return done_testing();
}
