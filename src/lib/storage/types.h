/* The types of entries in a storage config: one row per type.
 *
 * A row lists the keys of a type: the kind of each key's value, the values that
 * are allowed, which types it may refer to, whether it is required, and how a
 * device is compared with it; and how much space the type takes and provides.
 * The functions that find a device on a disk image or in collected facts are in
 * tables of their own (find_disk.c, find_facts.c), so that a tool that only
 * reads configs links no library for disks.
 */
#ifndef VT_TYPES_H
#define VT_TYPES_H

#include "storage/graph.h"

struct vt_sizes;

enum vt_type_id {
	VT_DISK,
	VT_PARTITION,
	VT_FORMAT,
	VT_MOUNT,
	VT_LVM_VOLGROUP,
	VT_LVM_PARTITION,
	VT_RAID,
	VT_BCACHE,
	VT_DM_CRYPT,
	VT_ZPOOL,
	VT_ZFS,
	VT_DASD,
	VT_NVME_CONTROLLER,
	VT_DEVICE,
};

enum vt_key_kind {
	VT_KEY_TEXT,
	VT_KEY_SCALAR, /* a string or a number */
	VT_KEY_BOOL,
	VT_KEY_INT,
	VT_KEY_SIZE,  /* in bytes */
	VT_KEY_TEXTS, /* a list */
	VT_KEY_MAP,
	VT_KEY_REF,
	VT_KEY_REFS, /* a list of ids */
};

/* How a found value is compared with the expected one. */
enum vt_likeness {
	VT_LIKE_NONE, /* nothing is expected */
	VT_LIKE_TEXT,
	VT_LIKE_MEMBERS,   /* of an array: all of them and no others */
	VT_LIKE_THERE,     /* a device with this number or name exists */
	VT_LIKE_SIZE,      /* except for 1 MiB of alignment */
	VT_LIKE_MOST,      /* a size that it does not exceed */
	VT_LIKE_SECTORS,   /* rounded down to whole sectors */
	VT_LIKE_EXTENTS,   /* rounded up to whole extents */
	VT_LIKE_WIPED,     /* nothing of what was there before */
	VT_LIKE_FLAG,      /* the flag's meaning in this kind of table */
	VT_LIKE_ACTIVE,    /* the active flag of an msdos table */
	VT_LIKE_PART_TYPE, /* 83 equals 0x83, GUIDs ignore case */
	VT_LIKE_FSTYPE,    /* fat32 is a vfat of version FAT32 */
	VT_LIKE_UUID,      /* of a FAT: case and dash are ignored */
	VT_LIKE_MOUNTED,
	VT_LIKE_OPTIONS, /* those in effect */
	VT_LIKE_FSTAB,
	VT_LIKE_CRYPTTAB,
	VT_LIKE_PROPERTIES, /* of ZFS, as it shows them */
	VT_LIKE_ABSENT,     /* a file that does not exist */
	VT_LIKE_BOOT,       /* a word of boot_code.h */
	VT_LIKE_DNAME,      /* the link in /dev/disk/by-dname */
	VT_LIKE_MKFS,       /* what the superblock shows of options of mkfs */
	VT_LIKE_OPENS,      /* a key that opens a volume */
	VT_LIKE_IDENTITY,   /* a serial, a WWN */
};

enum {
	VT_KEY_NEEDED = 1,
	VT_KEY_V2 = 2,       /* version 1 of the format does not read it */
	VT_KEY_IDENTITY = 4, /* a finder identifies the device by it */
	VT_KEY_DERIVED = 8,  /* set by realise.c, never read from a config */
	/* the installer does not follow it: it may name a later entry */
	VT_KEY_UNORDERED = 16,
	VT_KEY_EMPTY = 128, /* empty text if the entry is kept */
	VT_KEY_FALSE = 32,  /* false, 0, 'none', ... count as not given */
	VT_KEY_NAMES = 64,  /* it refers to a device, as an id does */
};

/* Why no check answers a key that the installer does not know or follow. */
#define VT_NOT_USED "curtin does not use it"

/* The sides that can show a key's value. */
enum vt_sides { VT_SIDES_BOTH, VT_SIDES_DISK, VT_SIDES_FACTS };

/* One value that a key may have. */
struct vt_value {
	const char *word;
	bool number; /* an integer: 5, and not '5' */
	/* NULL; else this value is refused, and the advice is to use that one
	 */
	const char *instead;
};

struct vt_type_key {
	const char *word;
	const char *as; /* its name in verify.yaml; NULL: the same */
	enum vt_key_kind kind;
	unsigned flags;
	unsigned refs; /* types that it may name: bits, 1 << enum vt_type_id */
	enum vt_likeness like;
	enum vt_sides sides;
	/* keys of the entry whose check answers it as well, if expected */
	const char *shown_by[2];
	/* why no check answers it, where none does */
	const char *unseen;
	long min, max;    /* of VT_KEY_INT */
	const char *fill; /* of VT_KEY_SIZE: see human_size.h */
	/* the allowed values, up to one without a word; NULL: any */
	const struct vt_value *values;
	/* NULL, or a further check of the value */
	int (*check)(const struct vt_dev *d, const struct vt_field *f,
		struct vt_err **err);
};

struct vt_type {
	const char *word;
	const char *list; /* of its entries in verify.yaml */
	enum vt_type_id id;
	const struct vt_type_key *keys; /* the last has no word */
	enum vt_sides sides;            /* if one shows none of its keys */
	/* NULL, or a check of a config's entry, once all are linked */
	int (*check)(const struct vt_graph *g, const struct vt_dev *d,
		struct vt_err **err);
	/* Sizes, see size.h. gives: the space it provides, NULL: its `size`, or
	 * as much as is asked; takes: space on the device it is made of, NULL:
	 * none */
	uint64_t (*gives)(struct vt_sizes *s, const struct vt_dev *d);
	uint64_t (*takes)(struct vt_sizes *s, const struct vt_edge *e);
	bool beside; /* entries on one device lie side by side */
	/* NULL, or why what lies on it is not read on disk images, when its
	 * finder has no place of it */
	const char *unmapped;
	bool bounded; /* what lies on it must fit: its size is given */
};

/** vt_type_find() - by the config's word, or NULL */
const struct vt_type *vt_type_find(const char *word);
/** vt_type_at() - all of them in turn; NULL after the last */
const struct vt_type *vt_type_at(size_t i);
/** vt_type_key() - a key of a type, or NULL */
const struct vt_type_key *vt_type_key(
	const struct vt_type *type, const char *word);

/** vt_type_key_expected() - a key's name in verify.yaml; NULL: verify.yaml does
 * not have it, since nothing is expected of it */
const char *vt_type_key_expected(const struct vt_type_key *key);

/** vt_type_is_ref() - whether a key names other entries */
bool vt_type_is_ref(const struct vt_type_key *key);

/** vt_dev_is() - NULL is of no type */
bool vt_dev_is(const struct vt_dev *d, enum vt_type_id id);

#endif
