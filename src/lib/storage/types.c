#include "storage/types.h"

#include "base/mem.h"
#include "base/str.h"
#include "storage/entry_checks.h"
#include "storage/size.h"
#include "storage/zfs.h"

#define KEY(name, of, ...)                                                     \
	{                                                                      \
		.word = name, .kind = VT_KEY_##of, __VA_ARGS__                 \
	}
#define END                                                                    \
	{                                                                      \
		.word = NULL                                                   \
	}
#define SPACE(...)                                                             \
	&(const struct vt_space)                                               \
	{                                                                      \
		__VA_ARGS__                                                    \
	}
#define BIT(id) (1u << (id))
/* The types that a file system or a layer can be made on. Source: curtin's
 * table of dependencies in storage_config.py. */
#define VOLUMES                                                                \
	(BIT(VT_DISK) | BIT(VT_PARTITION) | BIT(VT_RAID) | BIT(VT_BCACHE) |    \
		BIT(VT_DM_CRYPT) | BIT(VT_LVM_PARTITION) | BIT(VT_DEVICE))
#define TABLES (BIT(VT_DISK) | BIT(VT_RAID) | BIT(VT_BCACHE) | BIT(VT_DEVICE))

/* The values of keys that have a fixed set. A value with `instead` is one that
 * other tools use. Source: curtin's handlers in commands/block_meta.py and
 * block/mdadm.py; for flags its schema, since it silently makes a Linux
 * partition of others. */
#define VALUES(name, ...)                                                      \
	static const struct vt_value name[] = {__VA_ARGS__, {.word = NULL}}
#define TEXT(text)                                                             \
	{                                                                      \
		.word = text                                                   \
	}
#define NUMBER(text)                                                           \
	{                                                                      \
		.word = text, .number = true                                   \
	}
#define REFUSED(text, use)                                                     \
	{                                                                      \
		.word = text, .instead = use                                   \
	}
VALUES(ptables, TEXT("gpt"), TEXT("msdos"), TEXT("dos"), TEXT("vtoc"),
	TEXT("unsupported"), REFUSED("mbr", "msdos"));
VALUES(flags, TEXT("bios_grub"), TEXT("boot"), TEXT("extended"), TEXT("home"),
	TEXT("linux"), TEXT("logical"), TEXT("lvm"), TEXT("mbr"),
	TEXT("msftres"), TEXT("prep"), TEXT("primary"), TEXT("raid"),
	TEXT("swap"), REFUSED("esp", "boot"), REFUSED("efi", "boot"));
VALUES(wipes, TEXT("superblock"), TEXT("superblock-recursive"), TEXT("zero"),
	TEXT("random"), TEXT("pvremove"));
VALUES(raidlevels, TEXT("linear"), TEXT("stripe"), TEXT("raid0"), NUMBER("0"),
	TEXT("raid1"), NUMBER("1"), TEXT("raid4"), NUMBER("4"), TEXT("raid5"),
	NUMBER("5"), TEXT("raid6"), NUMBER("6"), TEXT("raid10"), NUMBER("10"),
	TEXT("container"), REFUSED("mirror", "raid1"));
VALUES(cache_modes, TEXT("writethrough"), TEXT("writeback"),
	TEXT("writearound"), TEXT("none"));
VALUES(dasd_modes, TEXT("expand"), TEXT("full"), TEXT("quick"));
VALUES(dasd_layouts, TEXT("cdl"), TEXT("ldl"), TEXT("not-formatted"));

/* Reasons why no check answers a statement. */
#define BEFORE "what was there before the installation is not recorded"
#define WIPED "what is kept, and what becomes a pool of ZFS, is not searched"
#define TABLE "what takes the whole device, or a kind of table that is not read"
#define NO_LABEL                                                               \
	"a ZFS root has none, a preserved file system keeps the one it has, "  \
	"and an empty one says nothing where mkfs has options of its own"
#define NO_GRUB "nothing shows which GRUB is installed for it"

/* Where nothing has been written since `wipe` zeroed or randomised a device, if
 * anywhere: "all" of it, in the "gaps" outside of its partitions, or in the
 * "later gaps", which come after its first partition. */
#define WIPE(options)                                                          \
	KEY("wipe", TEXT, .flags = (options), .like = VT_LIKE_WIPED,           \
		.sides = VT_SIDES_DISK, .unseen = WIPED, .values = wipes)
#define UNTOUCHED                                                              \
	KEY("untouched", TEXT, .flags = VT_KEY_DERIVED | VT_KEY_IDENTITY)

static const struct vt_type_key disk_keys[] = {
	KEY("serial", TEXT, .flags = VT_KEY_IDENTITY, .like = VT_LIKE_IDENTITY,
		.sides = VT_SIDES_FACTS,
		.unseen = "the target of an iSCSI disk chooses its serial"),
	KEY("wwn", TEXT, .flags = VT_KEY_IDENTITY, .like = VT_LIKE_IDENTITY,
		.sides = VT_SIDES_FACTS),
	KEY("path", TEXT,
		.unseen = "the booted system may give the disk another name"),
	/* the id of another entry, if the path is of what that makes */
	KEY("made_by", TEXT, .flags = VT_KEY_DERIVED | VT_KEY_IDENTITY),
	KEY("device_id", TEXT, .unseen = "QEMU emulates no DASD"),
	KEY("name", TEXT, .as = "dname", .like = VT_LIKE_DNAME,
		.sides = VT_SIDES_FACTS,
		.unseen = "another entry has the same link"),
	KEY("model", SCALAR, .flags = VT_KEY_NAMES),
	KEY("multipath", SCALAR, .flags = VT_KEY_NAMES, .like = VT_LIKE_TEXT),
	KEY("nvme_controller", REF, .flags = VT_KEY_UNORDERED,
		.refs = BIT(VT_NVME_CONTROLLER)),
	KEY("ptable", TEXT, .like = VT_LIKE_TEXT, .values = ptables,
		.unseen = TABLE),
	KEY("partitions", TEXT, .flags = VT_KEY_DERIVED, .like = VT_LIKE_TEXT),
	WIPE(VT_KEY_FALSE),
	UNTOUCHED,
	KEY("preserve", BOOL, .unseen = BEFORE),
	KEY("grub_device", BOOL, .shown_by = {"boot_code"}, .unseen = NO_GRUB,
		.check = vt_entry_check_grub_device),
	KEY("boot_code", TEXT, .flags = VT_KEY_DERIVED, .like = VT_LIKE_BOOT,
		.sides = VT_SIDES_DISK),
	END,
};
static const struct vt_type_key partition_keys[] = {
	KEY("device", REF, .as = "disk", .flags = VT_KEY_NEEDED,
		.refs = TABLES),
	KEY("number", INT, .like = VT_LIKE_THERE, .min = 1, .max = 256),
	KEY("size", SIZE, .flags = VT_KEY_NEEDED, .like = VT_LIKE_SIZE,
		.fill = "write the partition's size", .sides = VT_SIDES_DISK),
	KEY("offset", SIZE, .flags = VT_KEY_V2, .like = VT_LIKE_SECTORS,
		.fill = "write the partition's offset"),
	KEY("flag", TEXT, .like = VT_LIKE_FLAG, .values = flags,
		.unseen = "the partition type replaces it"),
	KEY("active", BOOL, .flags = VT_KEY_DERIVED, .like = VT_LIKE_ACTIVE),
	/* these are written to the table; `name` is for udev */
	KEY("partition_type", SCALAR, .as = "type", .flags = VT_KEY_V2,
		.like = VT_LIKE_PART_TYPE, .unseen = VT_NOT_USED),
	KEY("partition_name", TEXT, .as = "name", .flags = VT_KEY_V2,
		.like = VT_LIKE_TEXT, .unseen = "an empty name says nothing"),
	KEY("uuid", SCALAR, .flags = VT_KEY_V2, .like = VT_LIKE_UUID,
		.unseen = "only partitions of a gpt have a UUID"),
	KEY("attrs", TEXTS, .flags = VT_KEY_V2, .shown_by = {"attributes"},
		.unseen = "only partitions of a gpt have attributes"),
	/* of attrs, by the names that part_types.c has */
	KEY("attributes", TEXT, .flags = VT_KEY_V2 | VT_KEY_DERIVED,
		.like = VT_LIKE_TEXT),
	WIPE(0),
	UNTOUCHED,
	KEY("name", TEXT, .as = "dname", .like = VT_LIKE_DNAME,
		.sides = VT_SIDES_FACTS,
		.unseen = "a partition has a link only if its disk has a name"),
	KEY("multipath", SCALAR, .flags = VT_KEY_NAMES),
	KEY("preserve", BOOL, .unseen = BEFORE),
	KEY("resize", BOOL, .flags = VT_KEY_V2, .unseen = BEFORE),
	KEY("grub_device", BOOL, .shown_by = {"boot_code"}, .unseen = NO_GRUB,
		.check = vt_entry_check_grub_device),
	KEY("boot_code", TEXT, .flags = VT_KEY_DERIVED, .like = VT_LIKE_BOOT),
	END,
};
static const struct vt_type_key format_keys[] = {
	/* first: the checks of fstype ask for it */
	KEY("preserve", BOOL, .unseen = BEFORE),
	KEY("volume", REF, .flags = VT_KEY_NEEDED, .refs = VOLUMES),
	KEY("fstype", TEXT, .flags = VT_KEY_NEEDED | VT_KEY_EMPTY,
		.like = VT_LIKE_FSTYPE, .check = vt_entry_check_fstype),
	KEY("label", TEXT, .like = VT_LIKE_TEXT, .unseen = NO_LABEL),
	KEY("uuid", SCALAR, .like = VT_LIKE_UUID,
		.unseen = "a file system of this type has no UUID that can be "
			  "chosen"),
	KEY("extra_options", TEXTS, .shown_by = {"mkfs_options"},
		.unseen = BEFORE),
	/* its words */
	KEY("mkfs_options", TEXT, .flags = VT_KEY_DERIVED, .like = VT_LIKE_MKFS,
		.sides = VT_SIDES_DISK),
	KEY("name", SCALAR, .unseen = VT_NOT_USED),
	END,
};
static const struct vt_type_key mount_keys[] = {
	KEY("device", REF, .refs = BIT(VT_FORMAT)),
	KEY("path", TEXT, .flags = VT_KEY_IDENTITY,
		.shown_by = {"fstab", "dataset"}),
	KEY("mounted", BOOL, .flags = VT_KEY_DERIVED, .like = VT_LIKE_MOUNTED),
	KEY("size", SIZE, .flags = VT_KEY_DERIVED, .like = VT_LIKE_SIZE),
	KEY("maxsize", SIZE, .flags = VT_KEY_DERIVED, .like = VT_LIKE_MOST),
	/* a file that must not be there; why it may be missing */
	KEY("absent", TEXT, .flags = VT_KEY_DERIVED, .like = VT_LIKE_ABSENT),
	KEY("optional", TEXT, .flags = VT_KEY_DERIVED | VT_KEY_IDENTITY),
	KEY("options", TEXT, .like = VT_LIKE_OPTIONS, .shown_by = {"fstab"},
		.unseen = "a ZFS root has no line in fstab"),
	KEY("spec", TEXT, .shown_by = {"fstab"},
		.unseen = "a ZFS root has no line in fstab"),
	KEY("fstype", TEXT, .shown_by = {"fstab"},
		.unseen = "a ZFS root has no line in fstab"),
	KEY("freq", SCALAR, .like = VT_LIKE_TEXT,
		.unseen = "it is the default"),
	KEY("passno", SCALAR, .like = VT_LIKE_TEXT,
		.check = vt_entry_check_passno, .unseen = "it is the default"),
	KEY("dataset", TEXT, .flags = VT_KEY_DERIVED, .like = VT_LIKE_TEXT),
	KEY("priority", TEXT, .flags = VT_KEY_DERIVED, .like = VT_LIKE_TEXT),
	KEY("fstab", TEXT, .flags = VT_KEY_DERIVED, .like = VT_LIKE_FSTAB),
	END,
};
static const struct vt_type_key lvm_volgroup_keys[] = {
	KEY("name", TEXT, .flags = VT_KEY_NEEDED, .like = VT_LIKE_TEXT),
	KEY("devices", REFS, .flags = VT_KEY_NEEDED,
		.refs = VOLUMES & ~BIT(VT_LVM_PARTITION), .like = VT_LIKE_TEXT),
	KEY("uuid", SCALAR, .unseen = VT_NOT_USED),
	KEY("preserve", BOOL, .unseen = BEFORE),
	END,
};
static const struct vt_type_key lvm_partition_keys[] = {
	KEY("volgroup", REF, .flags = VT_KEY_NEEDED,
		.refs = BIT(VT_LVM_VOLGROUP)),
	KEY("name", TEXT, .flags = VT_KEY_NEEDED, .like = VT_LIKE_TEXT),
	KEY("size", SIZE, .like = VT_LIKE_EXTENTS,
		.fill = "a logical volume without 'size' takes what is left",
		.unseen = "the volume takes the space that is left"),
	WIPE(0),
	UNTOUCHED,
	KEY("dname", TEXT, .flags = VT_KEY_DERIVED, .like = VT_LIKE_DNAME,
		.sides = VT_SIDES_FACTS),
	KEY("preserve", BOOL, .unseen = BEFORE),
	END,
};
static const struct vt_type_key raid_keys[] = {
	KEY("name", TEXT, .flags = VT_KEY_NEEDED, .like = VT_LIKE_TEXT,
		.shown_by = {"dname"},
		.unseen = "another entry has the same link"),
	KEY("mdname", TEXT, .like = VT_LIKE_TEXT, .unseen = BEFORE),
	KEY("raidlevel", SCALAR, .flags = VT_KEY_NEEDED, .like = VT_LIKE_TEXT,
		.values = raidlevels),
	KEY("devices", REFS, .refs = VOLUMES, .like = VT_LIKE_MEMBERS),
	KEY("spare_devices", REFS, .refs = VOLUMES, .like = VT_LIKE_TEXT),
	KEY("container", REF, .refs = BIT(VT_RAID)),
	KEY("metadata", SCALAR, .like = VT_LIKE_TEXT,
		.unseen = "curtin does not check it of an array that it keeps"),
	KEY("ptable", TEXT, .like = VT_LIKE_TEXT, .values = ptables,
		.unseen = TABLE),
	KEY("partitions", TEXT, .flags = VT_KEY_DERIVED, .like = VT_LIKE_TEXT),
	WIPE(0),
	UNTOUCHED,
	KEY("dname", TEXT, .flags = VT_KEY_DERIVED, .like = VT_LIKE_DNAME,
		.sides = VT_SIDES_FACTS),
	KEY("preserve", BOOL, .unseen = BEFORE),
	END,
};
static const struct vt_type_key bcache_keys[] = {
	KEY("backing_device", REF, .flags = VT_KEY_NEEDED, .refs = VOLUMES,
		.like = VT_LIKE_TEXT),
	KEY("cache_device", REF, .flags = VT_KEY_NEEDED, .refs = VOLUMES,
		.like = VT_LIKE_TEXT),
	KEY("cache_mode", TEXT, .like = VT_LIKE_TEXT, .values = cache_modes),
	KEY("name", TEXT, .as = "dname", .like = VT_LIKE_DNAME,
		.unseen = "another entry has the same link"),
	KEY("ptable", TEXT, .values = ptables, .like = VT_LIKE_TEXT,
		.unseen = TABLE),
	KEY("partitions", TEXT, .flags = VT_KEY_DERIVED, .like = VT_LIKE_TEXT),
	WIPE(0),
	UNTOUCHED,
	KEY("preserve", BOOL, .unseen = BEFORE),
	END,
};
static const struct vt_type_key dm_crypt_keys[] = {
	KEY("volume", REF, .flags = VT_KEY_NEEDED, .refs = VOLUMES,
		.like = VT_LIKE_TEXT),
	KEY("dm_name", TEXT, .like = VT_LIKE_TEXT, .sides = VT_SIDES_FACTS),
	KEY("key", TEXT, .like = VT_LIKE_OPENS, .sides = VT_SIDES_DISK,
		.unseen = "for a volume that is kept, curtin does not use it"),
	/* a random key has no header */
	KEY("keyfile", TEXT, .flags = VT_KEY_IDENTITY, .shown_by = {"crypttab"},
		.unseen = "the file is of the install environment"),
	KEY("options", TEXTS, .shown_by = {"crypttab"}),
	KEY("crypttab", TEXT, .flags = VT_KEY_DERIVED, .like = VT_LIKE_CRYPTTAB,
		.sides = VT_SIDES_FACTS),
	WIPE(0),
	KEY("preserve", BOOL, .unseen = BEFORE),
	END,
};
static const struct vt_type_key zpool_keys[] = {
	KEY("pool", TEXT, .flags = VT_KEY_NEEDED | VT_KEY_NAMES,
		.like = VT_LIKE_TEXT),
	KEY("vdevs", REFS, .flags = VT_KEY_NEEDED,
		.refs = BIT(VT_DISK) | BIT(VT_PARTITION), .like = VT_LIKE_TEXT),
	KEY("mountpoint", TEXT, .like = VT_LIKE_TEXT, .sides = VT_SIDES_FACTS),
	KEY("pool_properties", MAP, .like = VT_LIKE_PROPERTIES,
		.sides = VT_SIDES_FACTS),
	KEY("fs_properties", MAP, .like = VT_LIKE_PROPERTIES,
		.sides = VT_SIDES_FACTS),
	END,
};
static const struct vt_type_key zfs_keys[] = {
	KEY("pool", REF, .flags = VT_KEY_NEEDED, .refs = BIT(VT_ZPOOL)),
	KEY("volume", TEXT, .flags = VT_KEY_NEEDED | VT_KEY_NAMES,
		.like = VT_LIKE_TEXT),
	KEY("properties", MAP, .like = VT_LIKE_PROPERTIES,
		.sides = VT_SIDES_FACTS),
	KEY("dataset", TEXT, .flags = VT_KEY_DERIVED, .like = VT_LIKE_TEXT),
	END,
};
static const struct vt_type_key dasd_keys[] = {
	KEY("device_id", TEXT, .flags = VT_KEY_NEEDED,
		.unseen = "QEMU emulates no DASD"),
	KEY("name", TEXT, .unseen = "QEMU emulates no DASD"),
	KEY("label", TEXT, .unseen = "QEMU emulates no DASD"),
	KEY("blocksize", SCALAR, .unseen = "QEMU emulates no DASD"),
	KEY("mode", TEXT, .values = dasd_modes,
		.unseen = "QEMU emulates no DASD"),
	KEY("disk_layout", TEXT, .values = dasd_layouts,
		.unseen = "QEMU emulates no DASD"),
	KEY("preserve", BOOL, .unseen = BEFORE),
	END,
};
static const struct vt_type_key nvme_controller_keys[] = {
	KEY("transport", TEXT, .flags = VT_KEY_NEEDED,
		.unseen = "QEMU emulates controllers on PCIe alone"),
	END,
};
static const struct vt_type_key device_keys[] = {
	KEY("path", TEXT, .flags = VT_KEY_NEEDED,
		.unseen = "the booted system may give the device another name"),
	KEY("ptable", TEXT, .values = ptables,
		.unseen =
			"a device that the machine does not have is not read"),
	KEY("wipe", TEXT, .flags = VT_KEY_FALSE, .values = wipes,
		.unseen =
			"a device that the machine does not have is not read"),
	KEY("preserve", BOOL, .unseen = BEFORE),
	END,
};

static const struct vt_type types[] = {
	{.word = "disk",
		.list = "disks",
		.id = VT_DISK,
		.keys = disk_keys,
		.check = vt_entry_check_disk},
	{.word = "partition",
		.list = "partitions",
		.id = VT_PARTITION,
		.keys = partition_keys,
		.check = vt_entry_check_partition,
		.space = SPACE(.takes = vt_partition_takes, .beside = true)},
	{.word = "format",
		.list = "filesystems",
		.id = VT_FORMAT,
		.keys = format_keys},
	{.word = "mount",
		.list = "mounts",
		.id = VT_MOUNT,
		.keys = mount_keys,
		.sides = VT_SIDES_FACTS,
		.check = vt_entry_check_mount},
	{.word = "lvm_volgroup",
		.list = "lvm_volgroups",
		.id = VT_LVM_VOLGROUP,
		.keys = lvm_volgroup_keys,
		.space = SPACE(.gives = vt_all_gives,
			.takes = vt_volgroup_takes, .bounded = true)},
	{.word = "lvm_partition",
		.list = "lvm_partitions",
		.id = VT_LVM_PARTITION,
		.keys = lvm_partition_keys,
		.check = vt_entry_check_lvm_partition,
		.space = SPACE(.takes = vt_lvm_partition_takes, .beside = true,
			.bounded = true)},
	{.word = "raid",
		.list = "raids",
		.id = VT_RAID,
		.keys = raid_keys,
		.check = vt_entry_check_raid,
		.space = SPACE(.gives = vt_raid_gives, .takes = vt_raid_takes,
			.bounded = true)},
	{.word = "bcache",
		.list = "bcaches",
		.id = VT_BCACHE,
		.keys = bcache_keys,
		.space = SPACE(.gives = vt_bcache_gives,
			.takes = vt_bcache_takes, .bounded = true)},
	{.word = "dm_crypt",
		.list = "dm_crypts",
		.id = VT_DM_CRYPT,
		.keys = dm_crypt_keys,
		.check = vt_entry_check_dm_crypt,
		.space = SPACE(.gives = vt_all_gives,
			.takes = vt_dm_crypt_takes, .bounded = true,
			.unmapped = "it is encrypted, and only the booted "
				    "system has "
				    "it open")},
	{.word = "zpool", .list = "zpools", .id = VT_ZPOOL, .keys = zpool_keys},
	{.word = "zfs", .list = "zfs", .id = VT_ZFS, .keys = zfs_keys},
	{.word = "dasd", .list = "dasds", .id = VT_DASD, .keys = dasd_keys},
	{.word = "nvme_controller",
		.list = "nvme_controllers",
		.id = VT_NVME_CONTROLLER,
		.keys = nvme_controller_keys},
	{.word = "device",
		.list = "devices",
		.id = VT_DEVICE,
		.keys = device_keys},
};

/* Of verify.yaml, in addition to the keys of the type. */
static const char *const written[] = {"image", "overlay", "sector_size", NULL};

static void write_image(
	const struct vt_dev *d, struct vt_doc *doc, struct vt_node *map)
{
	vt_node_set_str(doc, map, "image", d->image);
	if (d->overlay)
		vt_node_set(doc, map, "overlay", vt_node_boolean(doc, true));
	if (d->image)
		vt_node_set(doc, map, "sector_size",
			vt_node_number(doc, d->sector_bytes));
}

static int read_image(struct vt_dev *d, struct vt_err **err)
{
	const struct vt_node *image = vt_node_get(d->at, "image");
	const struct vt_node *overlay = vt_node_get(d->at, "overlay");
	const struct vt_node *sector = vt_node_get(d->at, "sector_size");
	long bytes = 512;
	if ((image && vt_node_str(image, &d->image, err) < 0) ||
		(overlay && vt_node_bool(overlay, &d->overlay, err) < 0) ||
		(sector && vt_node_int(sector, 512, 65536, &bytes, err) < 0))
		return -1;
	if (bytes & (bytes - 1))
		return vt_node_err(sector, err,
			"a sector size is a power of 2, not %ld", bytes);
	d->sector_bytes = (unsigned)bytes;
	return 0;
}

const struct vt_types vt_storage_types = {
	.what = "storage",
	.v = types,
	.n = VT_COUNT(types),
	.written = written,
	.write = write_image,
	.read = read_image,
	.map_value = vt_zfs_asked,
};

const struct vt_type *vt_type_find(const char *word)
{
	return vt_types_find(&vt_storage_types, word);
}

bool vt_dev_is_random(const struct vt_dev *d)
{
	static const char *const random[] = {
		"/dev/random", "/dev/urandom", NULL};
	const char *keyfile = vt_dev_text(d, "keyfile");
	return keyfile && vt_str_in(random, keyfile);
}
