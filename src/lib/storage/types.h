/* The types of entries in a storage config, as graph/type.h describes rows. A
 * row also says how much space the type takes and provides (size.h). The
 * functions that find a device on a disk image or in collected facts are in
 * tables of their own (find_disk.c, find_facts.c), so that a tool that only
 * reads configs links no library for disks.
 */
#ifndef VT_TYPES_H
#define VT_TYPES_H

#include "graph/type.h"

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

/* How a found value is compared with the expected one: rows of likeness.c. */
enum vt_likeness {
	VT_LIKE_TEXT = 1,
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

extern const struct vt_types vt_storage_types;

/** vt_type_find() - by the config's word, or NULL */
const struct vt_type *vt_type_find(const char *word);

/** vt_dev_is_random() - whether it is encrypted with a random key, which leaves
 * no header. Source: curtin's dm_crypt_handler() */
bool vt_dev_is_random(const struct vt_dev *dm_crypt);

#endif
