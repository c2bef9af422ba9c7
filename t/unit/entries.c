/* What a storage config may say: sizes, values, required keys, the order of
 * entries, and partitions of each kind of table in both versions. */
#include <inttypes.h>
#include <stdlib.h>

#include "../tap.h"
#include "base/mem.h"
#include "graph/human_size.h"
#include "storage/part_types.h"
#include "storage/read.h"
#include "storage/realise.h"
#include "storage/types.h"

#define GPT "{id: d, type: disk, serial: s, ptable: gpt}, "
#define MSDOS "{id: d, type: disk, serial: s, ptable: msdos}, "
#define PART(id, more) "{id: " id ", type: partition, device: d, " more "}, "
#define DISKS                                                                  \
	"{id: a, type: disk, serial: a}, {id: b, type: disk, serial: b}, "     \
	"{id: c, type: disk, serial: c}, "

static struct vt_doc *parse(const char *fmt, ...)
	__attribute__((format(printf, 1, 2)));
static struct vt_doc *parse(const char *fmt, ...)
{
	VT_AUTO_FREE char *text = NULL;
	va_list ap;
	va_start(ap, fmt);
	int len = vasprintf(&text, fmt, ap);
	va_end(ap);
	struct vt_doc *doc = vt_doc_parse("c", text, (size_t)len, NULL);
	if (!doc)
		abort();
	return doc;
}

/* Each size as curtin's human2bytes() reads the value that PyYAML gives. */
static void sizes(void)
{
	static const struct {
		const char *yaml;
		uint64_t bytes;
		const char *says; /* the size is refused; part of the error */
	} rows[] = {
		{"512", 512, NULL},
		{"'512'", 512, NULL},
		{"512B", 512, NULL},
		{"1K", 1024, NULL},
		{"1KB", 1024, NULL},
		{"8M", 8 << 20, NULL},
		{"1.5G", 3ULL << 29, NULL},
		{".5G", 1 << 29, NULL},
		{"'2 G'", 2ULL << 30, NULL},
		{"' 2G'", 2ULL << 30, NULL},
		{"+1G", 1 << 30, NULL},
		{"'1_000K'", 1000 << 10, NULL},
		{"1T", 1ULL << 40, NULL},
		{"1e9", 1000000000, NULL},
		{"1e3K", 1000 << 10, NULL},
		{"0x20000000", 1 << 29, NULL},
		{"04000000000", 1 << 29, NULL},
		{"0b101", 5, NULL},
		{"1_000", 1000, NULL},
		{"1:30", 90, NULL},
		{"512.0", 512, NULL},
		{"0", 0, NULL},
		{"512MiB", 0, "write 512M"},
		{"10g", 0, "write 10G"},
		{"10gb", 0, "write 10GB"},
		{"1.1G", 0, "'1.1G' is not a whole number of bytes"},
		{"512.5", 0, "not a whole number"},
		{"-1", 0, "negative"},
		{"'-1G'", 0, "negative"},
		{"50%", 0, "'50%' is not a size"},
		{"1P", 0, "'1P' is not a size"},
		{"'0x10'", 0, "'0x10' is not a size"},
		{"'1_'", 0, "not a size"},
		{"'1__0'", 0, "not a size"},
		{"1.2.3M", 0, "not a size"},
		{"M", 0, "not a size"},
		{"e9", 0, "not a size"},
		{"1e", 0, "not a size"},
		{".", 0, "not a size"},
		{"inf", 0, "not a size"},
		{"nan", 0, "not a size"},
		{"true", 0, "boolean"},
		{"2026-01-01", 0, "not a size"},
		{"1e30", 0, "exceeds"},
		{"99999999999999999999", 0, "c:1:"},
		{"[1]", 0, "c:1:"},
	};
	for (size_t i = 0; i < VT_COUNT(rows); i++) {
		VT_AUTO_ERR struct vt_err *err = NULL;
		VT_AUTO_DOC struct vt_doc *doc = parse("s: %s", rows[i].yaml);
		uint64_t bytes = 1;
		int rc = vt_human_size(
			vt_node_get(doc->root, "s"), "fill", &bytes, &err);
		bool right = rows[i].says
				     ? rc < 0 && strstr(err->msg, rows[i].says)
				     : rc == 0 && bytes == rows[i].bytes;
		ok(right, "size %s%s%s", rows[i].yaml,
			rows[i].says ? ": refused, " : "",
			rows[i].says ? rows[i].says : "");
		if (!right)
			printf("# %" PRIu64 " %s\n", bytes,
				err ? err->msg : "");
	}
}

/* `says`: NULL, or the config is refused; part of the error */
static void config(long version, const char *entries, const char *says)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_DOC struct vt_doc *doc = parse(
		"storage: {version: %ld, config: [%s]}", version, entries);
	VT_AUTO_GRAPH struct vt_graph g = {0};
	int rc = vt_storage_read(&g, doc->root, &err);
	bool right = says ? rc < 0 && strstr(err->msg, says) : rc == 0;
	ok(right, "version %ld: %s%s", version, says ? "refused: " : "",
		says ? says : entries);
	if (!right)
		printf("# %s: %s\n", entries, err ? err->msg : "accepted");
}

static void both(const char *entries, const char *says)
{
	config(1, entries, says);
	config(2, entries, says);
}

static void values(void)
{
	both(GPT PART("p", "size: 1G, flag: esp"), "no flag 'esp': use 'boot'");
	both(GPT PART("p", "size: 1G, flag: lvmm"), "did you mean 'lvm'");
	both(GPT PART("p", "size: 1G, flag: mbr"), NULL);
	both(GPT PART("p", "size: 1G, flag: ''"), NULL);
	both(GPT PART("p", "size: 1G, wipe: false"), NULL);
	both(GPT PART("p", "size: 1G, wipe: all"), "wipe 'all' is not one of");
	both("{id: d, type: disk, serial: s, wipe: none}", NULL);
	both("{id: d, type: disk, serial: s, ptable: mbr}", "use 'msdos'");
	both("{id: d, type: disk, serial: s, ptable: unsupported}", NULL);
	both("{id: d, type: disk, serial: s, ptable: vtoc}", "DASD");
	both("{id: d, type: disk, device_id: 0.0.1520, ptable: vtoc}", NULL);
	both("{id: d, type: disk, match: {size: largest}}", "'match'");
	both("{id: d, type: disk, serial: s, wipe: zero, preserve: true}",
		"exclude each other");
	both("{id: d, type: disk, serial: s}, "
	     "{id: f, type: format, volume: d, fstype: ext5}",
		"'ext5' is not a file system that curtin makes");
	both("{id: d, type: disk, serial: s}, {id: f, type: format, volume: d, "
	     "fstype: ext5, preserve: true}",
		NULL);
	both("{id: d, type: disk, serial: s}, {id: f, type: format, volume: d, "
	     "fstype: '', preserve: true}",
		NULL);
	both("{id: d, type: disk, serial: s}, {id: f, type: format, volume: d, "
	     "fstype: ''}",
		"'fstype' is missing");
	both("{id: d, type: disk, serial: s}, {id: f, type: format, volume: d, "
	     "preserve: true}",
		"'fstype' is missing");
	both("{id: d, type: disk, serial: s}, {id: f, type: format, volume: d, "
	     "fstype: '', preserve: true}, {id: m, type: mount, device: f, "
	     "path: /x}",
		"'f', which it mounts, has an empty 'fstype'");
	both("{id: d, type: disk, serial: s}, "
	     "{id: f, type: format, volume: d, fstype: zfsroot}",
		NULL);
	both("{id: d, type: disk, serial: s}, {id: f, type: format, volume: d, "
	     "fstype: exfat, preserve: 'no'}",
		NULL);
	both("{id: m, type: mount, spec: /a, path: /b, options: bind}",
		"needs an 'fstype'");
	both("{id: d, type: disk, serial: s}, {id: f, type: format, volume: d, "
	     "fstype: ext4}, {id: m, type: mount, device: f, fstype: swap}",
		NULL);
	both("{id: d, type: disk, serial: s}, {id: f, type: format, volume: d, "
	     "fstype: swap}, {id: m, type: mount, device: f, fstype: ext4}",
		"has no 'path'");
	both("{id: m, type: mount, spec: x, fstype: tmpfs, path: /x, "
	     "passno: one}",
		"passno 'one' is not a number");
	both("{id: x, type: dasd, device_id: 0.0.1, mode: slow}",
		"mode 'slow' is not one of");
	both("{id: x, type: device}", "'path' is missing");
}

#define RAID(more) DISKS "{id: r, type: raid, name: md0, " more "}"
static void layers(void)
{
	both(RAID("raidlevel: 5, devices: [a, b, c]"), NULL);
	both(RAID("raidlevel: 0x5, devices: [a, b, c]"), NULL);
	both(RAID("raidlevel: raid5, devices: [a, b, c]"), NULL);
	both(RAID("raidlevel: '5', devices: [a, b, c]"),
		"raidlevel '5' is a string: write 5 without quotes");
	both(RAID("raidlevel: 7, devices: [a, b, c]"), "'7' is not one of");
	both(RAID("raidlevel: mirror, devices: [a, b]"), "use 'raid1'");
	both(RAID("raidlevel: 0, devices: [a, b], spare_devices: [c]"),
		"raidlevel 0 has no spare devices");
	both(RAID("raidlevel: stripe, devices: [a, b], spare_devices: [c]"),
		"has no spare devices");
	both(RAID("raidlevel: 1, devices: [a, b], spare_devices: [c]"), NULL);
	both(RAID("raidlevel: 5, devices: [a, b]"), "at least 3 devices");
	both(RAID("raidlevel: 5, devices: [a, b], preserve: true"), NULL);
	both(RAID("raidlevel: 1"), "neither 'devices' nor 'container'");
	both(DISKS "{id: v, type: lvm_volgroup, name: v, devices: []}",
		"'devices' is missing");
	both(DISKS "{id: v, type: lvm_volgroup, name: v, devices: [a]}, "
		   "{id: l, type: lvm_partition, name: l, volgroup: v, "
		   "size: -1}",
		"a logical volume without 'size' takes what is left");
	both(DISKS "{id: v, type: lvm_volgroup, name: v, devices: [a]}, "
		   "{id: l, type: lvm_partition, name: l, volgroup: v, "
		   "ptable: gpt}",
		"cannot have a partition table");
	both(DISKS "{id: v, type: lvm_volgroup, name: v, devices: [a]}, "
		   "{id: l, type: lvm_partition, name: l, volgroup: v, "
		   "ptable: '', size: ''}",
		NULL);
	both(DISKS "{id: k, type: bcache, backing_device: a}",
		"'cache_device' is missing");
	both(DISKS "{id: k, type: bcache, backing_device: a, cache_device: b, "
		   "cache_mode: fast}",
		"cache_mode 'fast' is not one of");
	both(DISKS "{id: k, type: dm_crypt, volume: a}", "needs a 'key'");
	both(DISKS "{id: k, type: dm_crypt, volume: a, key: x, keyfile: y}",
		"exclude each other");
	both(DISKS "{id: k, type: dm_crypt, volume: a, key: x}", NULL);
}

static void order(void)
{
	both("{id: f, type: format, volume: d, fstype: ext4}, "
	     "{id: d, type: disk, serial: s}",
		"its volume 'd' must be defined before");
	both(PART("p", "size: 1G") "{id: d, type: disk, serial: s, "
				   "ptable: gpt}",
		"its device 'd' must be defined before");
	/* version 2 makes the partition when it makes the disk */
	config(1,
		GPT "{id: f, type: format, volume: p, fstype: ext4}, " PART(
			"p", "size: 1G"),
		"must be defined before");
	config(2,
		GPT "{id: f, type: format, volume: p, fstype: ext4}, " PART(
			"p", "size: 1G"),
		NULL);
	both("{id: d, type: disk, serial: s, nvme_controller: c}, "
	     "{id: c, type: nvme_controller, transport: pcie}",
		NULL);
}

static void tables(void)
{
	both("{id: d, type: disk, serial: s}, " PART("p", "size: 1G"),
		"needs a 'ptable'");
	both("{id: d, type: disk, serial: s, ptable: dos}, " PART(
		     "p", "size: 1G"),
		"use msdos");
	both("{id: d, type: disk, serial: s, preserve: true}, " PART(
		     "p", "size: 1G, preserve: true"),
		NULL);
	both(GPT PART("p", "size: 1G, preserve: true"),
		"it cannot be preserved: 'd' gets a new partition table");
	both(GPT PART("p", "size: 100"), "less than a sector");
	both(RAID("raidlevel: 1, devices: [a, b], ptable: vtoc") ", "
								 "{id: p, "
								 "type: "
								 "partition, "
								 "device: r, "
								 "size: 1G}",
		"only a DASD");
	config(1, GPT PART("p", "size: 1G, number: 14"),
		"the first has number 1");
	config(1, GPT PART("p", "size: 1G") PART("q", "size: 1G, number: 14"),
		NULL);
	config(2, GPT PART("p", "size: 1G, number: 14"), NULL);
	config(1,
		MSDOS PART("e", "size: 1G, flag: extended, number: 1")
			PART("p", "size: 1G, number: 2"),
		"the first has number 1");
	both(MSDOS PART("l", "size: 1G, flag: logical"),
		"flag 'logical' needs a partition with 'flag: extended'");
	both(MSDOS PART("p", "size: 1G") PART("e", "size: 3G, flag: extended")
			PART("l", "size: 1G, flag: logical"),
		NULL);
	both(MSDOS PART("p", "size: 1G") PART("e", "size: 3G, flag: extended")
			PART("l", "size: 1G, flag: logical, number: 7"),
		"this one is 5, not 7");
	both(MSDOS PART("p", "size: 1G") PART("e", "size: 3G, flag: extended")
			PART("f", "size: 3G, flag: extended"),
		"'e' is the extended partition already");
	config(1, MSDOS PART("p", "size: 1G") PART("q", "size: 1G, number: 3"),
		"this one is 2, not 3");
	config(2, MSDOS PART("p", "size: 1G") PART("q", "size: 1G, number: 3"),
		NULL);
	/* version 2 takes any number above 4 for a logical partition */
	config(1,
		MSDOS PART("p", "size: 1G") PART("e", "size: 3G, flag: "
						      "extended")
			PART("l", "size: 1G, number: 5, flag: swap"),
		"at most 4 primary partitions");
	config(2,
		MSDOS PART("p", "size: 1G") PART("e", "size: 3G, flag: "
						      "extended")
			PART("l", "size: 1G, number: 5, flag: swap"),
		NULL);
	config(1,
		GPT PART("p", "size: 1G") PART("l", "size: 1G, flag: logical"),
		NULL);
	config(2,
		GPT PART("p", "size: 1G") PART("l", "size: 1G, flag: logical"),
		"flag 'logical' needs 'ptable: msdos'");
	config(2, MSDOS PART("l", "size: 1G, number: 5"),
		"number 5 is a logical partition");
	config(1, MSDOS PART("p", "size: 1G, flag: prep"), "ptable: gpt");
}

#define ESP                                                                    \
	GPT PART("e", "size: 1G, flag: boot") "{id: f, type: format, volume: " \
					      "e, fstype: fat32}, "
static void esp(void)
{
	both(ESP "{id: m, type: mount, device: f, path: /efi}",
		"mounted on /boot/efi, not on '/efi'");
	both(ESP "{id: m, type: mount, device: f, path: /boot/efi}", NULL);
	config(2,
		GPT PART("e",
			"size: 1G, partition_type: "
			"c12a7328-f81f-11d2-ba4b-00a0c93ec93b") "{id: f, "
								"type: format, "
								"volume: e, "
								"fstype: "
								"fat32}, {id: "
								"m, "
								"type: mount, "
								"device: f, "
								"path: /efi}",
		"mounted on /boot/efi, not on '/efi'");
	both(ESP PART("b", "size: 1M, flag: bios_grub") "{id: m, type: mount, "
							"device: f, path: "
							"/efi}",
		NULL);
}

static void esp_with_grub(void)
{
	both(GPT PART("b", "size: 1M, flag: bios_grub")
			PART("e", "size: 1G, flag: boot, grub_device: "
				  "true") "{id: f, type: format, "
					  "volume: e, fstype: fat32}, "
					  "{id: m, type: mount, "
					  "device: f, path: /efi}",
		"mounted on /boot/efi, not on '/efi'");
}

static void grub_device(void)
{
	both("{id: d, type: disk, serial: s, grub_device: 2}",
		"grub_device '2' is not true, false, 1 or 0");
	both("{id: d, type: disk, serial: s, grub_device: 'true'}",
		"grub_device 'true' is not true");
	both("{id: d, type: disk, serial: s, grub_device: 1}", NULL);
	both(GPT PART("p", "size: 1G, grub_device: 2"), "c:1:");
}

static void section(void)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_DOC struct vt_doc *doc = parse("storage: {config: []}");
	VT_AUTO_GRAPH struct vt_graph g = {0};
	ok(vt_storage_read(&g, doc->root, &err) < 0 &&
			strstr(err->msg, "no 'version'"),
		"storage needs a version");
}

/* The flag that a partition gets, by version and table. */
static void flags(void)
{
	static const struct {
		const char *flag, *gpt1, *msdos1, *gpt2, *msdos2;
	} rows[] = {
		{"boot", "boot", "boot", "boot", "boot"},
		{"swap", "swap", "swap", "swap", "swap"},
		{"raid", "raid", "linux", "raid", "raid"},
		{"lvm", "lvm", "linux", "lvm", "lvm"},
		{"home", "home", "linux", "home", "linux"},
		{"mbr", "linux", "linux", "mbr", "linux"},
		{"msftres", "msftres", "linux", "msftres", "linux"},
		{"primary", "linux", "primary", "linux", "primary"},
		{"''", "linux", "linux", "linux", "linux"},
	};
	for (size_t i = 0; i < VT_COUNT(rows); i++) {
		const char *want[] = {rows[i].gpt1, rows[i].msdos1,
			rows[i].gpt2, rows[i].msdos2};
		for (int k = 0; k < 4; k++) {
			VT_AUTO_GRAPH struct vt_graph g = {0};
			VT_AUTO_DOC struct vt_doc *doc = parse(
				"storage: {version: %d, config: [%s" PART(
					"p", "size: 1G, flag: %s") "]}",
				k / 2 + 1, k % 2 ? MSDOS : GPT, rows[i].flag);
			vt_storage_read(&g, doc->root, NULL);
			const char *flag = vt_realise_flag(
				vt_graph_find(&g, "p"), k / 2 + 1);
			ok(vt_str_eq(flag, want[k]),
				"version %d, %s: flag %s is %s", k / 2 + 1,
				k % 2 ? "msdos" : "gpt", rows[i].flag, want[k]);
		}
	}
}

static bool expects(const struct vt_graph *g, const char *id, const char *word)
{
	const struct vt_field *f = vt_dev_field(vt_graph_find(g, id), word);
	return f && f->expected;
}

static void realised(void)
{
	VT_AUTO_GRAPH struct vt_graph g = {0};
	VT_AUTO_DOC struct vt_doc *doc = parse(
		"storage: {version: 2, config: [" MSDOS PART(
			"boot", "size: 1G, flag: boot")
			PART("swap", "size: 1G, flag: swap, wipe: zero")
				PART("e", "size: 2G, flag: extended, wipe: "
					  "zero") "{id: k, type: disk, "
						  "serial: k, ptable: gpt, "
						  "preserve: true}, "
						  "{id: prep, type: partition, "
						  "device: k, size: 8M, flag: "
						  "prep, wipe: zero}]}");
	is_int(vt_storage_read(&g, doc->root, NULL), 0, "flags and wipes");
	vt_realise(&g);
	is_str(vt_dev_text(vt_graph_find(&g, "boot"), "partition_type"), "0xef",
		"version 2 gives boot on msdos a type");
	ok(expects(&g, "boot", "flag"), "and makes it active");
	ok(expects(&g, "swap", "flag") && expects(&g, "prep", "flag"),
		"a flag that is also an entry's id is a text");
	ok(expects(&g, "swap", "wipe") && !expects(&g, "e", "wipe"),
		"an extended partition is not wiped");
	ok(!vt_dev_text(vt_graph_find(&g, "prep"), "untouched"),
		"GRUB is written to a PReP partition");
	ok(expects(&g, "k", "partitions"),
		"version 2 writes the table of a preserved disk");
	g.version = 1;
	vt_dev_set(vt_graph_find(&g, "k"),
		vt_type_key(vt_graph_find(&g, "k")->type, "partitions"), "", 0)
		->expected = false;
	vt_realise(&g);
	ok(!expects(&g, "k", "partitions"), "version 1 keeps other partitions");
}

int main(void)
{
	sizes();
	values();
	layers();
	order();
	tables();
	esp();
	esp_with_grub();
	grub_device();
	section();
	flags();
	realised();
	return done_testing();
}
