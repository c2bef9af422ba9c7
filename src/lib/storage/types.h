/* The types of entries that a storage config has: one row a type.
 *
 * A row says which keys a type has, what each may hold, how what is found is
 * compared with it, and how much of a device the type takes and gives. What
 * finds a device of the type on a disk image or in collected facts stands in
 * two tables of their own (find_disk.c, find_facts.c), so that a tool that
 * only reads configs links no library for disks.
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

/* How what is found must be like what is expected. */
enum vt_likeness {
	VT_LIKE_NONE, /* nothing is expected */
	VT_LIKE_TEXT,
	VT_LIKE_THERE,     /* a device of this number or name */
	VT_LIKE_SIZE,      /* but for a MiB of alignment */
	VT_LIKE_EXTENTS,   /* as many units as hold it */
	VT_LIKE_ZERO,      /* nothing but zero bytes */
	VT_LIKE_FLAG,      /* what the flag means in this kind of table */
	VT_LIKE_PART_TYPE, /* 83 and 0x83, GUIDs without case */
	VT_LIKE_FSTYPE,    /* fat32 is a vfat with 32 bits */
	VT_LIKE_UUID,      /* of a FAT: without case and dash */
	VT_LIKE_MOUNTED,
	VT_LIKE_OPTIONS, /* those in effect */
	VT_LIKE_FSTAB,
};

enum {
	VT_KEY_NEEDED = 1,
	VT_KEY_V2 = 2,       /* version 1 of the format does not read it */
	VT_KEY_IDENTITY = 4, /* by which a finder knows the device */
	VT_KEY_DERIVED = 8,  /* said by realise.c, and in no config */
};

struct vt_type_key {
	const char *word;
	const char *as; /* its name in verify.yaml; NULL: the same */
	enum vt_key_kind kind;
	unsigned flags;
	unsigned refs; /* types that it may name: bits, 1 << enum vt_type_id */
	enum vt_likeness like;
	long min, max; /* of VT_KEY_INT */
	/* NULL, or a further look at the value */
	int (*check)(const struct vt_dev *d, const struct vt_field *f,
		struct vt_err **err);
};

struct vt_type {
	const char *word;
	const char *list; /* of its entries in verify.yaml */
	enum vt_type_id id;
	const struct vt_type_key *keys; /* the last has no word */
	/* NULL, or a look at the whole entry of a config, once all are linked
	 */
	int (*check)(const struct vt_dev *d, struct vt_err **err);
	/* Sizes, see size.h. gives: what it offers, NULL: its `size`, or as
	 * much as is asked; takes: of the device it is made of, NULL: nothing
	 */
	uint64_t (*gives)(struct vt_sizes *s, const struct vt_dev *d);
	uint64_t (*takes)(struct vt_sizes *s, const struct vt_edge *e);
	bool beside;  /* those on one device lie side by side */
	bool bounded; /* what lies on it must fit: it cannot be made larger */
};

/** vt_type_find() - by the config's word, or NULL */
const struct vt_type *vt_type_find(const char *word);
/** vt_type_at() - all of them in turn; NULL after the last */
const struct vt_type *vt_type_at(size_t i);
/** vt_type_key() - a key of a type, or NULL */
const struct vt_type_key *vt_type_key(
	const struct vt_type *type, const char *word);

/** vt_type_key_expected() - a key's name in verify.yaml; NULL: it is not there,
 * since nothing is expected of it */
const char *vt_type_key_expected(const struct vt_type_key *key);

/** vt_type_is_ref() - whether a key names other entries */
bool vt_type_is_ref(const struct vt_type_key *key);

/** vt_dev_is() - NULL is of no type */
bool vt_dev_is(const struct vt_dev *d, enum vt_type_id id);

#endif
