/* What a config asks for, checked as a whole before a disk is touched.
 *
 * plan_make() reads the storage section (version 1, curtin's format) into one
 * array of entries, in the order of the config, which is the order in which
 * they are made: an entry refers only to such as stand above it. Texts point
 * into the config's document, which must outlive the plan. Every error is
 * VT_USAGE with file:line:column and names the entry.
 */
#ifndef PLAN_H
#define PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "data/doc.h"

enum { MAX_ENTRIES = 256, MAX_MEMBERS = 32 };

enum kind { DISK, PARTITION, RAID, VOLGROUP, VOLUME, FORMAT, MOUNT };

/* How an entry's space is overwritten before use. */
enum wipe { WIPE_NONE, WIPE_SUPERBLOCK, WIPE_ZERO, WIPE_RANDOM };

struct disk {
	const char *serial, *wwn, *path;
	const char *ptable; /* "gpt", "dos" or NULL */
	bool grub;
	/* once found */
	uint64_t bytes;
	unsigned sector; /* bytes */
};

struct partition {
	long number;
	uint64_t offset, size; /* bytes; offset 0: after the one before */
	const struct part_flag *flag; /* partition.c */
	const char *uuid;             /* of the entry in a gpt */
	bool bootable;
};

/* Of an array or a volume group. */
struct members {
	struct entry *v[MAX_MEMBERS];
	size_t n;
};

struct raid {
	const char *name, *metadata;
	const struct raid_level *level; /* raid.c */
	struct members active, spares;
};

struct volgroup {
	const char *name;
	struct members disks;
};

struct volume {
	const char *name;
	struct entry *group;
	uint64_t size; /* bytes; 0: what is left of the group */
};

struct format {
	const char *label, *uuid;
	const struct fstype *fstype;   /* format.c */
	const struct vt_node *options; /* more words for mkfs; NULL: none */
	struct entry *on;
	char *uuid_found; /* as blkid says afterwards */
};

struct mount {
	const char *path, *options;
	const char *spec,
		*type;        /* as fstab has them, where there is no format */
	struct entry *format; /* NULL: spec */
	long freq, pass;      /* of fstab; -1: not said */
};

struct entry {
	const struct vt_node *node;
	const char *id;
	const struct entry_type *type; /* entries.c */
	struct entry *on;   /* what it is a part of, or the first it is on */
	struct entry *user; /* what is made on it; NULL: nothing */
	enum wipe wipe;
	char *dev; /* /dev/vda2, once it is there */
	union {
		struct disk disk;
		struct partition part;
		struct raid raid;
		struct volgroup volgroup;
		struct volume volume;
		struct format format;
		struct mount mount;
	};
};

/* The section `swap`. */
struct swapfile {
	char *path; /* in the target; NULL: none */
	uint64_t bytes;
};

struct plan {
	struct entry v[MAX_ENTRIES];
	size_t n;
	struct entry *mounts[MAX_ENTRIES]; /* parents before children */
	size_t n_mounts;
	struct entry *root,
		*esp; /* mounts on / and /boot/efi; esp may be NULL */
	struct swapfile swap;
};

struct plan *plan_make(const struct vt_node *config, struct vt_err **err);
void plan_free(struct plan *plan);
void plan_freep(struct plan **plan);

/** plan_mount() - the mount at a path; NULL: none */
struct entry *plan_mount(const struct plan *plan, const char *path);

#endif
