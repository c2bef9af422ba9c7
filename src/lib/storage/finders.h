/* Finders in files of their own, for the tables in find_disk.c and
 * find_facts.c. */
#ifndef VT_FINDERS_H
#define VT_FINDERS_H

#include "base/str.h"
#include "storage/storage_look.h"

vt_finder vt_find_mount; /* find_mount.c */
/* find_swap_file.c. Return: whether nothing else is to be found of a mount */
bool vt_find_swap_file(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f);
vt_finder vt_find_raid;                /* find_md.c */
vt_finder vt_find_raid_facts;          /* find_md_facts.c */
vt_finder vt_find_volgroup;            /* find_lvm.c */
vt_finder vt_find_lvm_partition;       /* find_lvm.c */
vt_finder vt_find_volgroup_facts;      /* find_lvm_facts.c */
vt_finder vt_find_lvm_partition_facts; /* find_lvm_facts.c */
vt_finder vt_find_dm_crypt;            /* find_dm_crypt.c */
vt_finder vt_find_dm_crypt_facts;      /* find_dm_crypt.c */
vt_finder vt_find_zpool;               /* find_zfs.c */
vt_finder vt_find_zpool_facts;         /* find_zfs_facts.c */
vt_finder vt_find_zfs_facts;           /* find_zfs_facts.c */
vt_finder vt_find_bcache;              /* find_bcache.c */
vt_finder vt_find_bcache_facts;        /* find_bcache.c */

/** vt_find_identity() - the disk that has the entry's serial or WWN, and these
 * two as found; find_identity.c
 * Return: its object in lsblk.json; NULL: set in `f` */
const json_t *vt_find_identity(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f);

/** vt_find_made() - find a disk that another entry makes where that is found;
 * find_made.c
 * Return: false: it is no such disk */
bool vt_find_made(struct vt_look *look, const struct vt_dev *d,
	enum vt_side side, struct vt_found *f);

/** vt_lsblk_map() - the multipath map that a disk is a path of, or NULL;
 * find_multipath.c */
const json_t *vt_lsblk_map(const json_t *disk);
/** vt_found_add_multipath() - whether all paths of a disk are below a map */
void vt_found_add_multipath(struct vt_look *look, const struct vt_dev *d,
	const json_t *disk, struct vt_found *f);

/** vt_found_add_dname() - the link in /dev/disk/by-dname of a device that was
 * found in facts, if it is to have one; find_dname.c */
void vt_found_add_dname(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f);

/** vt_found_add_table(), vt_found_add_table_facts() - what a disk or an array
 * shows of its partition table; the first keeps `t` */
void vt_found_add_table(struct vt_found *f, const struct vt_blk_table *t);
/** vt_found_read_table() - the table on a device with a place, if the config
 * has one there; `t` must live as long as `f` */
void vt_found_read_table(
	struct vt_found *f, const struct vt_dev *d, struct vt_blk_table *t);
/** vt_found_own_table() - the same, in `own` */
void vt_found_own_table(struct vt_found *f, const struct vt_dev *d);
void vt_found_add_table_facts(struct vt_found *f);

/** vt_found_add_boot() - what a disk or partition has of the boot code that is
 * expected of it */
void vt_found_add_boot(struct vt_found *f, const struct vt_dev *d);
/** vt_found_add_boot_facts() - whether UEFI booted the system from a partition
 */
void vt_found_add_boot_facts(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f);

/** vt_found_add_mkfs() - what the superblock shows of the options of mkfs that
 * a format asks for
 * @on: the device it is on, with a place */
void vt_found_add_mkfs(
	struct vt_found *f, const struct vt_dev *d, const struct vt_found *on);
/* Whether a specification, such as UUID=x, names a device. */
enum vt_spec_names { VT_SPEC_OTHER, VT_SPEC_NAMES, VT_SPEC_UNKNOWN };
/** vt_spec_names() - find_mount.c
 * @uuid, @kname: of the device, or NULL
 * @told: the UUID of what has the specification, or NULL
 * @shown: set to the specification and its UUID; owned */
enum vt_spec_names vt_spec_names(struct vt_look *look, const char *uuid,
	const char *kname, const char *spec, const char *told, char **shown);
/** vt_found_add_dataset() - `dataset`: what is mounted at a point;
 * find_mount.c */
void vt_found_add_dataset(
	struct vt_look *look, struct vt_found *f, const char *point);
/** vt_found_add_wipe() - what disk images show of `wipe`, if that is expected
 * (find_wipe.c) */
void vt_found_add_wipe(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f);
/** vt_found_add_crypttab() - the line of an encrypted volume */
void vt_found_add_crypttab(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f);

/* What an array is made of, for both sides. */
struct vt_array_members {
	struct vt_str ids;
	struct vt_str problems; /* which make it another array */
	const char *note;       /* NULL, or what does not */
	size_t n;
};
/** vt_array_found() - "raid5 of 2: a, b (c has no superblock)"; empties `m` */
void vt_array_found(struct vt_found *f, const char *word, const char *level,
	struct vt_array_members *m);
/** vt_array_name() - without the host's name, unless that was asked for; owned
 */
char *vt_array_name(const struct vt_dev *raid, const char *name);

/** vt_lsblk_text() - a column of an object of lsblk.json; NULL when empty */
const char *vt_lsblk_text(const json_t *node, const char *column);
/** vt_lsblk_kname() - the kernel's name of the device; older versions of lsblk
 * have only its name */
const char *vt_lsblk_kname(const json_t *node);
/** vt_lsblk_find() - the first object below a list of a type and name */
const json_t *vt_lsblk_find(
	const json_t *list, const char *type, const char *name);

#endif
